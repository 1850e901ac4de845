"""Nash equilibria of small two-player games (Nash 1951): pure, mixed, and a check that a pair of strategies is one.

Row player A chooses row i and gets payoffs_a[i, j]; column player B chooses column j and gets payoffs_b[i, j]. A mixed
strategy is a vector of probabilities. At an equilibrium neither player gains by changing alone.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ganworks.errors import GanworksError

Payoffs = npt.ArrayLike
Strategy = npt.NDArray[np.float64]

LARGEST = 8
"""Strategies of a player whose corners can be gone through in a second: their number grows as 4ⁿ."""

_ROUNDING = 1e-9


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

    Where no pure strategy has more best replies than it should (a non-degenerate game) these are all; else all others
    are mixtures of them. There is at least one (Nash 1951). Without `payoffs_b` the game is zero-sum.
    Raises GanworksError for payoffs that are not M×N finite numbers, or too many.
    """
    a, b = _game(payoffs_a, payoffs_b)
    if max(a.shape) > LARGEST:
        raise GanworksError(
            f"a game of {a.shape[0]}×{a.shape[1]} is too large: up to {LARGEST}×{LARGEST} can be solved"
        )
    rows, row_labels = _corners(b.T)
    columns, column_labels = _corners(a)
    # At an equilibrium every pure strategy of both players is unused or a best reply. Rows come first in both.
    column_labels = np.roll(column_labels, a.shape[0], axis=1)
    pairs = np.argwhere((row_labels[:, None] | column_labels[None]).all(2))
    found = [Equilibrium(rows[row], columns[column]) for row, column in pairs]
    return sorted(found, key=lambda pair: (sum(map(np.count_nonzero, pair)), *(-pair.row), *(-pair.column)))


def regrets(
    payoffs_a: Payoffs, row: npt.ArrayLike, column: npt.ArrayLike, payoffs_b: Payoffs | None = None
) -> tuple[float, float]:
    """What each player could gain by changing alone, ≥ 0 up to rounding; both 0 exactly at the equilibria.

    Raises GanworksError unless `row` and `column` are M and N probabilities.
    """
    a, b = _game(payoffs_a, payoffs_b)
    x, y = _strategy("row", row, a.shape[0]), _strategy("column", column, a.shape[1])
    return float((a @ y).max() - x @ a @ y), float((x @ b).max() - x @ b @ y)


def is_equilibrium(
    payoffs_a: Payoffs,
    row: npt.ArrayLike,
    column: npt.ArrayLike,
    payoffs_b: Payoffs | None = None,
    tolerance: float = 1e-9,
) -> bool:
    """Whether neither player could gain more than `tolerance` (in units of payoff) by changing alone."""
    return max(regrets(payoffs_a, row, column, payoffs_b)) <= tolerance


def best_replies(payoffs: Payoffs, opponent: npt.ArrayLike, tolerance: float = 1e-9) -> list[int]:
    """The rows of M×N `payoffs` that earn the most against the opponent's N probabilities."""
    a, _ = _game(payoffs, None)
    earned = a @ _strategy("opponent", opponent, a.shape[1])
    return [int(row) for row in np.flatnonzero(earned >= earned.max() - tolerance)]


def _corners(payoffs: Strategy) -> tuple[Strategy, npt.NDArray[np.bool_]]:
    """Strategies, V×N, where what an opponent with M×N `payoffs` can earn at most has a corner, and their labels.

    Labels are V×(N + M): which of the N are not used, and which of the opponent's M earn the most.
    """
    replies, size = payoffs.shape
    spread = float(np.ptp(payoffs)) or 1.0
    # The corners of {x ≥ 0, payoffs·x ≤ 1}, payoffs > 0, are these strategies divided by what the opponent earns.
    bounds = np.vstack([np.eye(size), (payoffs - payoffs.min()) / spread + 1])
    limits = np.append(np.zeros(size), np.ones(replies))
    chosen = np.array(list(combinations(range(size + replies), size)))
    systems = bounds[chosen]
    extent = np.linalg.svd(systems, compute_uv=False)
    regular = extent[:, -1] > 1e-10 * extent[:, 0]
    points = np.linalg.solve(systems[regular], limits[chosen[regular]][..., None])[..., 0]
    inside = (points >= -_ROUNDING).all(1) & (points @ bounds[size:].T <= 1 + _ROUNDING).all(1)
    points = points[inside & (points.sum(1) > _ROUNDING)]
    points = points[np.unique(points.round(9), axis=0, return_index=True)[1]]
    labels = np.abs(points @ bounds.T - limits) <= _ROUNDING
    strategies = np.where(labels[:, :size], 0, points)
    strategies /= strategies.sum(1, keepdims=True)
    return strategies, labels


def _game(payoffs_a: Payoffs, payoffs_b: Payoffs | None) -> tuple[Strategy, Strategy]:
    try:
        a = np.asarray(payoffs_a, dtype=np.float64)
        b = -a if payoffs_b is None else np.asarray(payoffs_b, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise GanworksError(f"payoffs are no M×N numbers: {error}") from None
    if a.ndim != 2 or not a.size or a.shape != b.shape:
        raise GanworksError(f"payoffs have shape {a.shape} and {b.shape}: M×N for both players is needed")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise GanworksError("a payoff is NaN or infinite: no equilibrium can be computed")
    return a, b


def _strategy(player: str, given: npt.ArrayLike, size: int) -> Strategy:
    strategy = np.asarray(given, dtype=np.float64)
    if strategy.shape != (size,) or not (strategy >= 0).all() or abs(strategy.sum() - 1) > 1e-6:
        raise GanworksError(
            f"the {player} strategy must be {size} probabilities that sum to 1, not {strategy.tolist()}"
        )
    return strategy
