"""How far a score would move with other samples: standard errors from disjoint groups, never from a bootstrap, which
draws samples twice, so that it inflates Fréchet distances and puts neighbours at distance 0.
"""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.describing import part
from ganworks.scores.frechet import FeatureStatistics
from ganworks.scores.score import Evidence, Score

GROUPS, SMALLEST = 10, 20
"""How many groups, and how few samples one may have; with less than two such groups there is no standard error."""

Errors = dict[str, float | None]


def standard_errors(name: str, score: Score, generated: Evidence, real: Evidence) -> Errors:
    """The standard error of each value over both sets; None where there are too few samples to tell.

    The Fréchet distance by leaving out one group after the other, the others from their values on each group.
    """
    groups = min(GROUPS, min(len(generated), len(real)) // SMALLEST)
    if groups < 2:
        return dict.fromkeys(score.better)
    pairs = list(zip(parts(generated, groups), parts(real, groups), strict=True))
    if name == "frechet":
        return {value: frechet_jackknife(pairs) for value in score.better}
    try:
        values = [score.compute(*pair) for pair in pairs]
    except GanworksError:  # a group can be too small for what all samples together are enough for
        return dict.fromkeys(score.better)
    return {value: of_subsets(torch.tensor([found[value] for found in values])) for value in score.better}


def parts(evidence: Evidence, groups: int) -> list[Evidence]:
    """Disjoint groups of (nearly) one size, every g-th row each."""
    return [part(evidence, torch.arange(first, len(evidence), groups)) for first in range(groups)]


def of_subsets(values: Tensor) -> float:
    """The standard error of what all groups together give: s/√g of the values of g disjoint groups."""
    return float(values.double().std()) / sqrt(len(values))


def of_jackknife(values: Tensor) -> float:
    """The delete-a-group jackknife of g values, each without one group: √((g − 1)/g Σ(vᵢ − v̄)²) (Quenouille, Tukey)."""
    values = values.double()
    return sqrt((len(values) - 1) / len(values) * float((values - values.mean()).square().sum()))


def frechet_jackknife(pairs: list[tuple[Evidence, Evidence]]) -> float:
    """Of the Fréchet distance, from statistics of the groups that are merged instead of taken anew."""
    sides = [[FeatureStatistics.of(one.features) for one in side] for side in zip(*pairs, strict=True)]
    generated, real = (without_each(side) for side in sides)
    distances = [mine.distance(theirs) for mine, theirs in zip(generated, real, strict=True)]
    return of_jackknife(torch.tensor(distances, dtype=torch.float64))


def without_each(groups: list[FeatureStatistics]) -> list[FeatureStatistics]:
    """The statistics of all groups but the first, but the second, …; at least two groups."""
    before: list[FeatureStatistics] = groups[:1]
    for group in groups[1:-1]:
        before.append(before[-1] + group)
    after: list[FeatureStatistics] = groups[-1:]
    for group in reversed(groups[1:-1]):
        after.append(group + after[-1])
    after.reverse()
    inner = [before[i - 1] + after[i] for i in range(1, len(groups) - 1)]
    return [after[0], *inner, before[-1]]
