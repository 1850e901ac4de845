"""Algorithm 1: a free generator arrives, a restricted one cannot.

Ten outcomes. In each step D becomes D*, then $p_g$ takes a small step. Free to become anything, it reaches
$p_{data}$; as a mixture of three shapes only, it comes as near as those allow, and a divergence remains for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ganworks.theory.algorithm1 import Trajectory, algorithm1, restricted_algorithm1
from ganworks.theory.canvas import DATA, GENERATOR, QUIET, note

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMULA = r"$\mathrm{JSD}(p_{data}\,\|\,p_g) \to 0$   if $G$ has enough capacity and $D$ reaches $D^{*}$ in each step"
SOURCE = "Goodfellow et al. 2014, Generative adversarial nets, arXiv:1406.2661, algorithm 1 and proposition 2"

STEPS, STEP_SIZE = 200, 0.1
OUTCOMES = np.arange(10)
REAL = np.array([1, 3, 7, 9, 4, 2, 3, 8, 5, 1]) / 43
SHAPES = np.exp(-(((OUTCOMES - np.array([[1], [4.5], [8]])) / 1.6) ** 2))


def draw(figure: Figure) -> None:
    free = algorithm1(REAL, np.exp(-OUTCOMES / 2) / np.exp(-OUTCOMES / 2).sum(), steps=STEPS, step_size=STEP_SIZE)
    shapes = SHAPES / SHAPES.sum(1, keepdims=True)
    restricted = restricted_algorithm1(REAL, shapes, (0.8, 0.1, 0.1), steps=STEPS, step_size=STEP_SIZE)
    first, second, right = figure.subplots(1, 3, width_ratios=[1, 1, 1.15])
    draw_bars(first, free, "Any distribution")
    draw_bars(second, restricted, "Mixtures of three shapes")
    right.semilogy(free.divergences, color=GENERATOR)
    right.semilogy(restricted.divergences, color=GENERATOR, ls=(0, (4, 2)))
    note(right, "any distribution", STEPS * 0.55, 1e-7, GENERATOR, "right")
    note(right, "three shapes", STEPS * 0.97, 0.02, GENERATOR, "right")
    right.set(xlabel="step", xlim=(0, STEPS))
    right.set_title(r"$\mathrm{JSD}(p_{data}\,\|\,p_g)$, in nats", loc="left")


def draw_bars(axes: Axes, trajectory: Trajectory, title: str) -> None:
    """The data as bars, p_g at the start, on its way and at the end as lines."""
    axes.bar(OUTCOMES, trajectory.data, color=DATA, alpha=0.3, width=0.8, label="$p_{data}$")
    for step, strength in ((0, 0.3), (STEPS // 20, 0.6), (STEPS, 1.0)):
        generated, name = trajectory.generators[step], f"$p_g$, step {step}"
        axes.plot(OUTCOMES, generated, "o-", color=GENERATOR, alpha=strength, ms=4, lw=1.5, label=name)
    axes.set_title(title, loc="left")
    axes.set(ylim=(0, 0.42), xlabel="outcome", xticks=OUTCOMES[::3])
    axes.legend(loc="upper right", fontsize=8)
    axes.tick_params(colors=QUIET)
