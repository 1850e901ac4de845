"""Dirac-GAN: which methods find the equilibrium.

One number θ generates, one number ψ discriminates; both should go to 0. Arrows: where the losses pull;
lines: 500 steps of gradient descent with rate 0.2 from (1, 1), both at once or in turns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ganworks.theory.canvas import DATA, FAINT, GENERATOR, INK
from ganworks.theory.dirac import METHODS, DiracGAN
from ganworks.theory.dirac_simulation import simulate, verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE = (9.0, 10.2)
FORMULA = r"$v(\theta, \psi) = (-\partial L_G/\partial\theta,\; -\partial L_D/\partial\psi),$   $D(x) = -\psi x$"
SOURCE = (
    "Mescheder, Geiger & Nowozin 2018, arXiv:1801.04406, fig. 3; "
    "D is a logit, high on real samples (the paper's is ψx, high on generated ones)"
)

SHOWN = (
    "GAN",
    "NS-GAN",
    "WGAN",
    "WGAN-GP",
    "GAN + instance noise",
    "ConOpt",
    "GAN + R1 0.3",
    "GAN + R1 1.0",
    "NS-GAN + R1 0.3",
)
TURNS = {"both at once": (0, DATA), "in turns": (1, GENERATOR)}
STEPS, REACH, ARROWS = 500, 2.0, 11


def draw(figure: Figure) -> None:
    grid = figure.subplots(3, 3, sharex=True, sharey=True)
    for axes, method in zip(grid.flat, SHOWN, strict=True):
        draw_game(axes, method, METHODS[method])
    for axes in grid[-1]:
        axes.set_xlabel("θ (generator)")
    for axes in grid[:, 0]:
        axes.set_ylabel("ψ (discriminator)")
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="lower right", bbox_to_anchor=(0.985, 0.035))


def draw_game(axes: Axes, method: str, game: DiracGAN) -> None:
    """The field, and how both players move in it."""
    places = np.linspace(-REACH, REACH, ARROWS)
    theta, psi = np.meshgrid(places, places)
    field = np.array([game.velocity(*state) for state in zip(theta.flat, psi.flat, strict=True)])
    arrows = field / np.maximum(np.hypot(*field.T), 1e-9)[:, None]
    axes.quiver(theta, psi, *arrows.T, color=FAINT, angles="xy", pivot="mid", scale=20, width=0.006)
    ends = []
    for name, (turns, color) in TURNS.items():
        states = simulate(game, turns, STEPS)
        axes.plot(*states.numpy().T, color=color, lw=1.1, alpha=0.9, label=name)
        ends.append(verdict(states))
    axes.plot(1, 1, "o", color=INK, ms=4, zorder=4)
    axes.plot(0, 0, "+", color=INK, ms=9, mew=1.6, zorder=4)
    color = "#1B7F4D" if set(ends) == {"converged"} else "#B3261E"
    axes.set_title(f"{method}: {' / '.join(dict.fromkeys(ends))}", color=color, fontweight="bold", fontsize=9.5)
    axes.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal", xticks=[-2, -1, 0, 1, 2])
    axes.grid(visible=False)
