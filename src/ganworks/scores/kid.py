"""Kernel distance (KID of Bińkowski et al. 2018, arXiv:1801.01401): the unbiased squared maximum mean discrepancy
under the kernel (x·y/D + 1)³.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.randomness import generator
from ganworks.scores.features import Array, as_pair
from ganworks.scores.score import Evidence, Score, Values

_BLOCK = 1 << 20  # kernel values held at once: 8 MiB


def kernel_distance(generated: Array, real: Array) -> float:
    """The unbiased estimate from all of N×D and M×D features (Gretton et al. 2012, eq. 3); it may fall below 0.

    Raises GanworksError for features that are not finite, sizes that differ, and single samples.
    """
    return _unbiased(*as_pair(generated, real, least=2))


def kid(generated: Array, real: Array, subsets: int = 100, size: int = 1000, seed: int = 0) -> tuple[float, float]:
    """Mean and standard deviation (divided by their number, as published) over random subsets of both sets.

    Subsets are drawn without repetition inside; where a set has fewer than `size`, they are as large as it.
    Raises GanworksError as `kernel_distance` and for sizes below 2.
    """
    fake, true = as_pair(generated, real, least=2)
    size = min(size, len(fake), len(true))
    if size < 2 or subsets < 1:
        raise GanworksError(f"{subsets} subsets of {size}: KID needs at least one subset of 2 samples")
    if size == len(fake) == len(true):
        subsets = 1  # each would be the whole
    draw = generator(seed, "kid subsets")

    def subset(rows: Tensor) -> Tensor:
        return rows[torch.randperm(len(rows), generator=draw)[:size]]

    values = torch.tensor([_unbiased(subset(fake), subset(true)) for _ in range(subsets)], dtype=torch.float64)
    return float(values.mean()), float(values.std(correction=0))


def _unbiased(x: Tensor, y: Tensor) -> float:
    return _mean_of_pairs(x) + _mean_of_pairs(y) - 2 * _kernel_sum(x, y) / (len(x) * len(y))


def _mean_of_pairs(x: Tensor) -> float:
    itself = float((x.square().sum(1) / x.shape[1] + 1).pow(3).sum())
    return (_kernel_sum(x, x) - itself) / (len(x) * (len(x) - 1))


def _kernel_sum(x: Tensor, y: Tensor) -> float:
    one = torch.ones((), dtype=x.dtype)
    rows = torch.split(x, max(1, _BLOCK // len(y)))
    return sum(float(torch.addmm(one, part, y.T, alpha=1 / x.shape[1]).pow_(3).sum()) for part in rows)


def _compute(generated: Evidence, real: Evidence) -> Values:
    return {"kid": kid(generated.features, real.features)[0]}


score = Score(
    summary="how far the first three moments of the features are apart; unbiased, so good for few samples",
    paper="Bińkowski et al. 2018, arXiv:1801.01401",
    better={"kid": "lower"},
    compute=_compute,
)
