"""Best replies, and where they meet: Nash equilibria.

A line shows what a player answers to the other's mixture (payoffs of A, B above). Where the two meet, neither gains by
changing alone: once pure, once mixed only, once thrice. A GAN looks for such a point among networks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ganworks.theory.canvas import DATA, GENERATOR, INK, QUIET
from ganworks.theory.matrix_games import best_replies, equilibria

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMULA = (
    r"$x^{*\top}\!A\,y^{*} \geq x^{\top}\!A\,y^{*}$  and  $x^{*\top}\!B\,y^{*} \geq x^{*\top}\!B\,y$   for all $x, y$"
)
SOURCE = "Nash 1951, Non-cooperative games, Annals of Mathematics 54; equilibria by vertex enumeration"

GAMES = {
    "Prisoner's dilemma": (("cooperate", "defect"), [[3, 0], [5, 1]], [[3, 5], [0, 1]]),
    "Matching pennies": (("heads", "tails"), [[1, -1], [-1, 1]], [[-1, 1], [1, -1]]),
    "Battle of the sexes": (("opera", "football"), [[2, 0], [0, 1]], [[1, 0], [0, 2]]),
}


def draw(figure: Figure) -> None:
    for axes, (title, (moves, a, b)) in zip(figure.subplots(1, len(GAMES)), GAMES.items(), strict=True):
        draw_game(axes, np.array(a), np.array(b))
        payoffs = "\n".join("      ".join(f"{a[i][j]}, {b[i][j]}" for j in (0, 1)) for i in (0, 1)).replace("-", "−")
        axes.set_title(title, fontweight="bold", pad=38)
        axes.text(0.5, 1.04, payoffs, transform=axes.transAxes, ha="center", va="bottom", fontsize=8.5, color=QUIET)
        axes.set_xlabel(f"P(A plays {moves[0]})", color=DATA)
        axes.set_ylabel(f"P(B plays {moves[0]})", color=GENERATOR)


def draw_game(axes: Axes, a: np.ndarray, b: np.ndarray) -> None:
    """A's best replies to every mixture of B, B's to every one of A, and the equilibria."""
    others, replies = reply_line(a)
    axes.plot(replies, others, color=DATA, lw=3, clip_on=False, zorder=3)
    axes.plot(*reply_line(b.T), color=GENERATOR, lw=3, clip_on=False, zorder=3)
    for row, column in equilibria(a, b):
        axes.plot(row[0], column[0], "o", ms=11, mfc="white", mec=INK, mew=2, clip_on=False, zorder=5)
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])


def reply_line(payoffs: np.ndarray) -> tuple[list[float], list[float]]:
    """The other's probabilities of the first move, from 0 to 1, and the best replies to them, where they change."""
    second, first = (payoffs[0] - payoffs[1])[::-1]  # by how much the first move is better, against the other's moves
    turns = [second / (second - first)] if first * second < 0 else []
    others, replies = [], []
    for share in (0.0, *turns, 1.0):
        best = best_replies(payoffs, [share, 1 - share])
        least, largest = 0.0 if 1 in best else 1.0, 1.0 if 0 in best else 0.0
        others += [share, share]
        replies += [least, largest] if first > second else [largest, least]
    return others, replies
