"""How far a score would move with other samples: by leaving groups of them out, or from its values on large parts.

Never by a bootstrap, which draws samples twice, so that it inflates Fréchet distances and puts neighbours at distance
0; and never from small parts, since most scores depend on the number of samples, and so does how much they move.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, sqrt
from statistics import fmean, stdev, variance

import torch

from ganworks.errors import GanworksError
from ganworks.randomness import generator
from ganworks.scores.evaluation.describing import part
from ganworks.scores.score import Evidence, Score, Values

FEWEST = 100
"""Samples of each kind, below which there is no standard error."""
GROUPS = 10
PARTS, LARGEST, FREEDOM = 3, 2000, 8
"""How many parts at least, how large they may be, and how many values beyond the first of each partition at least."""

Errors = dict[str, float | None]


def standard_errors(score: Score, values: Values, generated: Evidence, real: Evidence) -> Errors:
    """The standard error over both sets of each of the values; None where there are too few samples to tell."""
    if score.errors is not None:
        return {**score.errors(values, generated, real)}
    if min(len(generated), len(real)) < FEWEST:
        return dict.fromkeys(values)
    try:
        if score.without_each is not None:
            groups = zip(in_turn(generated, GROUPS), in_turn(real, GROUPS), strict=True)
            return _errors(values, [score.without_each(list(groups))], of_jackknife)
        return _errors(values, _of_parts(score, generated, real), of_parts)
    except GanworksError:  # a part can be too small for what all samples together are enough for
        return dict.fromkeys(values)


def _errors(
    values: Values, found: Sequence[Sequence[Values]], error: Callable[[Sequence[Sequence[float]]], float]
) -> Errors:
    defined = set.intersection(*(set(one) for some in found for one in some))
    return {
        name: error([[one[name] for one in some] for some in found]) if name in defined else None for name in values
    }


def _of_parts(score: Score, generated: Evidence, real: Evidence) -> list[list[Values]]:
    """The values on disjoint parts of both sets, of a few partitions."""
    count = max(PARTS, ceil(min(len(generated), len(real)) / LARGEST))
    found = []
    for partition in range(ceil(FREEDOM / (count - 1))):
        sides = (at_random(side, count, partition) for side in (generated, real))
        found.append([score.compute(*pair) for pair in zip(*sides, strict=True)])
    return found


def in_turn(evidence: Evidence, groups: int) -> list[Evidence]:
    """Disjoint groups of (nearly) one size, every g-th row each."""
    return [part(evidence, torch.arange(first, len(evidence), groups)) for first in range(groups)]


def at_random(evidence: Evidence, parts: int, partition: int) -> list[Evidence]:
    """Disjoint parts of (nearly) one size, others for every partition."""
    order = torch.randperm(len(evidence), generator=generator(0, "standard errors", partition))
    return [part(evidence, rows) for rows in order.tensor_split(parts)]


def of_parts(values: Sequence[Sequence[float]]) -> float:
    """√(s²/p) of the values on p disjoint parts, s² averaged over partitions."""
    return sqrt(fmean(variance(some) / len(some) for some in values))


def of_jackknife(values: Sequence[Sequence[float]]) -> float:
    """The delete-a-group jackknife of g values, each without one group: √((g − 1)/g Σ(vᵢ − v̄)²) (Quenouille, Tukey)."""
    (without,) = values
    return (len(without) - 1) / sqrt(len(without)) * stdev(without)
