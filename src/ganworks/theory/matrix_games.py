"""Nash equilibria of small two-player games (Nash 1951): pure, mixed, and a check that a pair of strategies is one.

Row player A chooses row i and gets payoffs_a[i, j]; column player B chooses column j and gets payoffs_b[i, j]. A mixed
strategy is a vector of probabilities. At an equilibrium neither player gains by changing alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ganworks.errors import GanworksError
from ganworks.theory.best_reply_corners import Strategy, corners

Payoffs = npt.ArrayLike

LARGEST = 8
"""Strategies of a player whose corners can be gone through in a second or two: their number grows as 4ⁿ."""

FARTHEST = 1e300
"""Larger payoffs could not be subtracted from one another."""


class Equilibrium(NamedTuple):
    """The strategies of the row and the column player."""

    row: Strategy
    column: Strategy


def pure_equilibria(payoffs_a: Payoffs, payoffs_b: Payoffs | None = None) -> list[tuple[int, int]]:
    """All (row, column) that are best replies to one another; without `payoffs_b` the game is zero-sum.

    Raises GanworksError unless both are M×N finite numbers.
    """
    a, b = _game(payoffs_a, payoffs_b)
    best = (a == a.max(0, keepdims=True)) & (b == b.max(1, keepdims=True))
    return [(int(row), int(column)) for row, column in np.argwhere(best)]


def equilibria(payoffs_a: Payoffs, payoffs_b: Payoffs | None = None) -> list[Equilibrium]:
    """All extreme equilibria, those that mix fewest first (Nisan et al. 2007, algorithm 3.5: vertex enumeration).

    Where no strategy has more best replies than it mixes (a non-degenerate game) these are all; else all others are
    mixtures of them. There is at least one (Nash 1951). Without `payoffs_b` the game is zero-sum. They are found in
    exact arithmetic for the payoffs as they are printed, so that ties which rounding has broken are none.
    Raises GanworksError for payoffs that are not M×N finite numbers, or too many, or of such different sizes that an
    equilibrium is none when it is rounded.
    """
    a, b = _game(payoffs_a, payoffs_b)
    if max(a.shape) > LARGEST:
        raise GanworksError(
            f"a game of {a.shape[0]}×{a.shape[1]} is too large: up to {LARGEST}×{LARGEST} can be solved"
        )
    columns = list(corners(a))
    found = [
        Equilibrium(row.strategy, column.strategy)
        for row in corners(b.T)
        for column in columns
        if row.used <= column.replies and column.used <= row.replies
    ]
    if not all(is_equilibrium(a, row, column, b) for row, column in found):
        raise GanworksError("payoffs of too different sizes: an equilibrium needs shares too small for a float")
    return sorted(found, key=lambda pair: (sum(map(np.count_nonzero, pair)), *(-pair.row), *(-pair.column)))


def regrets(
    payoffs_a: Payoffs, row: npt.ArrayLike, column: npt.ArrayLike, payoffs_b: Payoffs | None = None
) -> tuple[float, float]:
    """What each player could gain by changing alone, ≥ 0; both 0 at the equilibria, up to rounding.

    Raises GanworksError unless `row` and `column` are M and N probabilities.
    """
    a, b = _game(payoffs_a, payoffs_b)
    x, y = _strategy("row", row, a.shape[0]), _strategy("column", column, a.shape[1])
    return float(x @ _losses(a, y)), float(y @ _losses(b.T, x))


def is_equilibrium(
    payoffs_a: Payoffs,
    row: npt.ArrayLike,
    column: npt.ArrayLike,
    payoffs_b: Payoffs | None = None,
    tolerance: float = 1e-9,
) -> bool:
    """Whether neither player could gain more than `tolerance` × what is at stake by changing alone.

    At stake is the most that a player's choice can change against each move of the other, averaged over those that
    the other plays, so that neither the unit of payoffs nor a constant added to them matters.
    """
    a, b = _game(payoffs_a, payoffs_b)
    gains = regrets(a, row, column, b)
    stakes = np.asarray(column, np.float64) @ np.ptp(a, axis=0), np.asarray(row, np.float64) @ np.ptp(b, axis=1)
    return all(gain <= tolerance * stake for gain, stake in zip(gains, stakes, strict=True))


def best_replies(payoffs: Payoffs, opponent: npt.ArrayLike, tolerance: float = 1e-9) -> list[int]:
    """The rows of M×N `payoffs` that earn the most against the opponent's N probabilities.

    Those count too that earn less by up to `tolerance` × what is at stake, as in `is_equilibrium`.
    """
    a, _ = _game(payoffs, None)
    y = _strategy("opponent", opponent, a.shape[1])
    return [int(row) for row in np.flatnonzero(_losses(a, y) <= tolerance * (y @ np.ptp(a, axis=0)))]


def _losses(payoffs: Strategy, opponent: Strategy) -> Strategy:
    """By how much each row of M×N `payoffs` earns less than the best one, ≥ 0."""
    # What all rows earn alike is taken away first: beside it, what tells them apart would be rounded off.
    gains = (payoffs - payoffs.min(0)) @ opponent
    losses: Strategy = gains.max() - gains
    return losses


def _game(payoffs_a: Payoffs, payoffs_b: Payoffs | None) -> tuple[Strategy, Strategy]:
    try:
        a = np.asarray(payoffs_a, dtype=np.float64)
        b = -a if payoffs_b is None else np.asarray(payoffs_b, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise GanworksError(f"payoffs are no M×N numbers: {error}") from None
    if a.ndim != 2 or not a.size or a.shape != b.shape:
        raise GanworksError(f"payoffs have shape {a.shape} and {b.shape}: M×N for both players is needed")
    if not (np.abs([a, b]) <= FARTHEST).all():
        raise GanworksError(f"a payoff is NaN, infinite or beyond ±{FARTHEST:g}: no equilibrium can be computed")
    return a, b


def _strategy(player: str, given: npt.ArrayLike, size: int) -> Strategy:
    try:
        strategy = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise GanworksError(f"the {player} strategy is no {size} numbers: {error}") from None
    if strategy.shape != (size,) or not (strategy >= 0).all() or abs(strategy.sum() - 1) > 1e-6:
        raise GanworksError(
            f"the {player} strategy must be {size} probabilities that sum to 1, not {strategy.tolist()}"
        )
    return strategy
