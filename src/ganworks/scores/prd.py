"""Precision and recall for distributions (Sajjadi et al. 2018, arXiv:1806.00035): how much of one can be had for how
much of the other, from shares of k-means bins of both sets together.
"""

from __future__ import annotations

from math import pi

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.features import Array, as_pair
from ganworks.scores.k_means import k_means, nearest_centre
from ganworks.scores.score import Evidence, Score, Values

_NEAR = 1e-10  # of the axes, where the slope is 0 or infinite
_BETA = 8.0


def prd_curve(generated: Tensor, real: Tensor, angles: int = 1001) -> tuple[Tensor, Tensor]:
    """Precision α(λ) = Σ min(λ p, q) and recall β(λ) = α(λ)/λ for the shares q of generated and p of real samples in K
    bins (equations 4 and 5), at slopes λ from 0 to ∞, equally spaced in angle: two times `angles` values in [0, 1].

    Raises GanworksError for what are no shares of the same bins, and fewer than 2 angles.
    """
    if angles < 2:
        raise GanworksError(f"{angles} angles are no curve: 2 or more are needed")
    q, p = generated.double(), real.double()
    for shares in (q, p):
        if shares.shape != q.shape or shares.ndim != 1 or not bool((shares >= 0).all()) or abs(shares.sum() - 1) > 1e-6:
            raise GanworksError("generated and real shares must be K numbers ≥ 0 of the same bins that sum to 1")
    slopes = torch.linspace(_NEAR, pi / 2 - _NEAR, angles, dtype=torch.float64).tan()
    precision = (slopes[:, None] * p).minimum(q).sum(1)
    return precision.clamp(0, 1), (precision / slopes).clamp(0, 1)


def f_beta(precision: Tensor, recall: Tensor, beta: float = 1.0) -> Tensor:
    """(1 + β²) · precision · recall / (β² precision + recall), 0 where both are: β > 1 weighs recall more."""
    if beta <= 0:
        raise GanworksError(f"beta={beta}: a weight > 0 is needed")
    weighed = (1 + beta**2) * precision * recall
    return torch.where(weighed > 0, weighed / (beta**2 * precision + recall), 0.0)


def prd(generated: Array, real: Array, bins: int = 20, runs: int = 10, seed: int = 0) -> tuple[float, float]:
    """The largest F_1/8 (precision) and F_8 (recall), each in [0, 1], on the mean curve of `runs` of k-means.

    N×D generated and as many real features, as in the authors' code: larger sets would rule the bins. Raises
    GanworksError for features that are not finite, sizes or numbers that differ, fewer than 2 bins or distinct samples
    than bins, and no runs.
    """
    fake, true = as_pair(generated, real)
    if len(fake) != len(true):
        raise GanworksError(
            f"{len(fake)} generated and {len(true)} real samples: as many of both are needed, or the larger set rules"
            " the regions"
        )
    if bins < 2 or runs < 1:
        raise GanworksError(f"{bins} bins in {runs} runs: 2 bins or more and at least one run are needed")
    both = torch.cat([fake, true])
    both = both - both.mean(0)
    curves = []
    for run in range(runs):
        bin_of = nearest_centre(both, k_means(both, bins, seed + run))
        mine, theirs = (torch.bincount(half, minlength=bins) / len(half) for half in bin_of.chunk(2))
        curves.append(torch.stack(prd_curve(mine, theirs)))
    precision, recall = torch.stack(curves).mean(0)
    best = [float(f_beta(precision, recall, beta).max()) for beta in (1 / _BETA, _BETA)]
    return best[0], best[1]


def _compute(generated: Evidence, real: Evidence) -> Values:
    precision, recall = prd(generated.features, real.features)
    return {"prd_precision": precision, "prd_recall": recall}


score = Score(
    summary="precision (F 1/8) and recall (F 8) of the shares of 20 regions of the features",
    paper="Sajjadi et al. 2018, arXiv:1806.00035",
    better={"prd_precision": "higher", "prd_recall": "higher"},
    compute=_compute,
    version=2,
)
