"""Kernel distance (KID of Bińkowski et al. 2018, arXiv:1801.01401): the unbiased squared maximum mean discrepancy
under the kernel (x·y/D + 1)³.
"""

from __future__ import annotations

from collections.abc import Sequence

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


def distances_without_each(groups: Sequence[tuple[Evidence, Evidence]]) -> list[float]:
    """The unbiased estimate from all (generated, real) pairs but the first, but the second, …; at least two pairs.

    Every kernel value is computed once; what is left without a group are sums of those between the others.
    """
    pairs = [as_pair(generated.features, real.features) for generated, real in groups]
    fake, true = [x for x, _ in pairs], [y for _, y in pairs]
    between = torch.tensor([[_kernel_sum(x, y) for y in true] for x in fake], dtype=torch.float64)
    counts = [_others(torch.tensor([len(rows) for rows in side])) for side in (fake, true)]
    means = [_without_each(_within(side)) / (n * (n - 1)) for side, n in zip((fake, true), counts, strict=True)]
    distances: list[float] = (means[0] + means[1] - 2 * _without_each(between) / (counts[0] * counts[1])).tolist()
    return distances


def _within(groups: Sequence[Tensor]) -> Tensor:
    """G×G kernel sums between the groups of one set, each sample with itself left out."""
    sums = torch.zeros(len(groups), len(groups), dtype=torch.float64)
    for i, x in enumerate(groups):
        for j, y in enumerate(groups[: i + 1]):
            sums[i, j] = sums[j, i] = _kernel_sum(x, y) - (_with_itself(x) if i == j else 0)
    return sums


def _without_each(sums: Tensor) -> Tensor:
    """The sum of a G×G matrix without row and column 1, 2, …."""
    return _others(sums.sum(0)) - sums.sum(1) + sums.diagonal()


def _others(values: Tensor) -> Tensor:
    return values.sum() - values


def _unbiased(x: Tensor, y: Tensor) -> float:
    return _mean_of_pairs(x) + _mean_of_pairs(y) - 2 * _kernel_sum(x, y) / (len(x) * len(y))


def _mean_of_pairs(x: Tensor) -> float:
    return (_kernel_sum(x, x) - _with_itself(x)) / (len(x) * (len(x) - 1))


def _with_itself(x: Tensor) -> float:
    return float((x.square().sum(1) / x.shape[1] + 1).pow(3).sum())


def _kernel_sum(x: Tensor, y: Tensor) -> float:
    one = torch.ones((), dtype=x.dtype)
    rows = torch.split(x, max(1, _BLOCK // len(y)))
    return sum(float(torch.addmm(one, part, y.T, alpha=1 / x.shape[1]).pow_(3).sum()) for part in rows)


def _compute(generated: Evidence, real: Evidence) -> Values:
    return {"kid": kernel_distance(generated.features, real.features)}


score = Score(
    summary="how far the first three moments of the features are apart; unbiased, so good for few samples",
    paper="Bińkowski et al. 2018, arXiv:1801.01401",
    better={"kid": "lower"},
    compute=_compute,
    version=2,
    without_each=lambda groups: [{"kid": distance} for distance in distances_without_each(groups)],
)
