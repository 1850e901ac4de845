"""The KL divergence of two sets of samples, estimated from the distances to their nearest neighbours (Wang, Kulkarni &
Verdú 2009, IEEE Trans. Inf. Theory 55:2392).
"""

from __future__ import annotations

from math import log

import numpy.typing as npt
import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.theory.sample_rows import sample_rows


def neighbour_kl_divergence(first: npt.ArrayLike, second: npt.ArrayLike, neighbours: int = 5) -> float:
    """KL(p ‖ q) in nats of densities p and q from N×D and M×D samples: D/N Σ log(ν/ρ) + log(M/(N − 1)).

    ρ and ν are the distances of a sample of p to its k-th nearest neighbour among the others and among q's. It is
    consistent, and with finite samples low where q has few samples among those of p: for N(0, 1) and N(3, 1) 3.4 of
    4.5 nats with 1,000 of each and 4.0 with 10,000, for N(1, 1) 0.48 and 0.50 of 0.5. Near 0 it can be slightly
    negative; more neighbours lower its variance and raise its bias. Shape N is N×1.
    Takes N·(N + M) distances, in blocks.
    Raises GanworksError for values that are not finite, other shapes, too few samples, and samples that repeat: these
    come from no density.
    """
    p, q = (sample_rows(samples) for samples in (first, second))
    if p.shape[1] != q.shape[1]:
        raise GanworksError(f"samples have {p.shape[1]} and {q.shape[1]} dimensions: equally many are needed")
    if neighbours < 1 or min(len(p) - 1, len(q)) < neighbours:
        counts = f"{len(p)} and {len(q)} samples for {neighbours} neighbours"
        raise GanworksError(f"{counts}: at least 1 neighbour and one sample more than that are needed")
    # A sample is its own first neighbour.
    own, other = _distances(p, p, neighbours + 1), _distances(p, q, neighbours)
    if not bool((own > 0).all() and (other > 0).all()):
        raise GanworksError("samples repeat: neighbour distances of 0 say nothing about a density (discrete data?)")
    return p.shape[1] * float((other / own).log().mean()) + log(len(q) / (len(p) - 1))


def _distances(rows: Tensor, others: Tensor, rank: int) -> Tensor:
    """The distance of each row to its `rank`-th nearest of the others."""
    # Without matrix products, whose rounding would swallow small distances between samples far from 0.
    blocks = [
        torch.cdist(block, others, compute_mode="donot_use_mm_for_euclid_dist") for block in torch.split(rows, 1000)
    ]
    return torch.cat([block.kthvalue(rank, dim=1).values for block in blocks])
