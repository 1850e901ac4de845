"""The strategies among which equilibria are found: those where the opponent's best reply changes, in exact arithmetic.

In floats a player whose payoffs differ by many orders of magnitude seems indifferent between any of the small ones, and
pairs are taken for equilibria that are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Strategy = npt.NDArray[np.float64]


class Corner(NamedTuple):
    """A strategy, which pure ones it mixes, and which replies of the opponent earn the most against it."""

    strategy: Strategy
    used: frozenset[int]
    replies: frozenset[int]


def corners(payoffs: Strategy) -> Iterator[Corner]:
    """All mixtures of N strategies with as many best replies of an opponent with M×N `payoffs` as they mix, or more.

    Where that many replies do not determine the mixture, it is none of them. Those left, divided by what the opponent
    earns, are the corners of {x ≥ 0, payoffs · x ≤ 1} for payoffs > 0, without 0.
    """
    weights, columns = zip(*map(_whole, payoffs.T), strict=True)
    rows, all_rows = tuple(zip(*columns, strict=True)), range(len(payoffs))
    for size in range(1, min(payoffs.shape) + 1):
        for used in combinations(range(len(columns)), size):
            seen: list[set[int]] = []
            for binding in combinations(all_rows, size):
                if any(replies.issuperset(binding) for replies in seen):
                    continue
                shares, earned = _solution([[rows[row][column] for column in used] for row in binding])
                if not shares or min(shares) <= 0:
                    continue
                earns = [
                    sum(rows[row][column] * share for column, share in zip(used, shares, strict=True))
                    for row in all_rows
                ]
                if max(earns) > earned:
                    continue
                seen.append({row for row in all_rows if earns[row] == earned})
                parts = [share * weights[column] for column, share in zip(used, shares, strict=True)]
                strategy = np.zeros(len(columns))
                strategy[list(used)] = [float(Fraction(part, sum(parts))) for part in parts]
                yield Corner(strategy, frozenset(used), frozenset(seen[-1]))


def _whole(column: Strategy) -> tuple[int, list[int]]:
    """What one pure strategy pays, × a weight and from 1 upwards, in integers.

    Neither changes the best replies, if the strategy is played that much less: shares × weights are the strategy.
    """
    # As printed, so that 0.1, 0.2 and 0.3 are as far apart as they look.
    exact = [Fraction(repr(float(payoff))) for payoff in column]
    gains = [payoff - min(exact) for payoff in exact]
    weight = lcm(*(gain.denominator for gain in gains))
    return weight, [int(gain * weight) + 1 for gain in gains]


def _solution(matrix: list[list[int]]) -> tuple[list[int], int]:
    """Integers x and d > 0 with matrix · x = (d, …, d), or no x where the matrix is singular (Bareiss 1968)."""
    rows, before = [[*row, 1] for row in matrix], 1
    for place in range(len(rows)):
        pivot = next((row for row in range(place, len(rows)) if rows[row][place]), None)
        if pivot is None:
            return [], 1
        rows[place], rows[pivot] = rows[pivot], rows[place]
        top = rows[place]
        for index, row in enumerate(rows):
            if index != place:
                rows[index] = [
                    (top[place] * old - row[place] * new) // before for old, new in zip(row, top, strict=True)
                ]
        before = top[place]
    sign = 1 if before > 0 else -1
    return [sign * row[-1] for row in rows], sign * before
