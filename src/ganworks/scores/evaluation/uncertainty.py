"""How far a score would move with other samples: standard errors from disjoint groups, never from a bootstrap, which
draws samples twice, so that it inflates Fréchet distances and puts neighbours at distance 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from statistics import stdev

import torch

from ganworks.errors import GanworksError
from ganworks.scores.evaluation.describing import part
from ganworks.scores.score import Evidence, Score, Values

GROUPS, SMALLEST = 10, 20
"""How many groups, and how few samples one may have; with less than two such groups there is no standard error."""

Errors = dict[str, float | None]


def standard_errors(score: Score, generated: Evidence, real: Evidence) -> Errors:
    """The standard error of each value over both sets; None where there are too few samples to tell.

    By leaving out one group after the other where the score can do so, else from its values on each group.
    """
    groups = min(GROUPS, min(len(generated), len(real)) // SMALLEST)
    if groups < 2:
        return dict.fromkeys(score.better)
    pairs = list(zip(parts(generated, groups), parts(real, groups), strict=True))
    try:
        if score.without_each is not None:
            return _errors(score, score.without_each(pairs), of_jackknife)
        values = [score.compute(*pair) for pair in pairs]
    except GanworksError:  # a group can be too small for what all samples together are enough for
        return dict.fromkeys(score.better)
    return _errors(score, values, of_subsets)


def _errors(score: Score, found: Sequence[Values], error: Callable[[Sequence[float]], float]) -> Errors:
    defined = set.intersection(*map(set, found))
    return {name: error([values[name] for values in found]) if name in defined else None for name in score.better}


def parts(evidence: Evidence, groups: int) -> list[Evidence]:
    """Disjoint groups of (nearly) one size, every g-th row each."""
    return [part(evidence, torch.arange(first, len(evidence), groups)) for first in range(groups)]


def of_subsets(values: Sequence[float]) -> float:
    """The standard error of what all groups together give: s/√g of the values of g disjoint groups."""
    return stdev(values) / sqrt(len(values))


def of_jackknife(values: Sequence[float]) -> float:
    """The delete-a-group jackknife of g values, each without one group: √((g − 1)/g Σ(vᵢ − v̄)²) (Quenouille, Tukey)."""
    return (len(values) - 1) / sqrt(len(values)) * stdev(values)
