"""Two parallel lines: only the Wasserstein distance says how far.

The data lie on one line, the generator's samples on another, θ away. The Jensen-Shannon divergence is log 2 however
near they are, so its gradient is 0; the Wasserstein distance falls with |θ|. Dots: trained critics and discriminators.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np

from ganworks.theory.canvas import DATA, DISCRIMINATOR, GENERATOR, INK, note
from ganworks.theory.parallel_lines import estimated_jensen_shannon, estimated_wasserstein, wasserstein

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMULA = r"$W_1(p, q_\theta) = |\theta|,$   $\mathrm{JSD}(p\,\|\,q_\theta) = \log 2$ if $\theta \neq 0,$ else $0$"
SOURCE = "Arjovsky, Chintala & Bottou 2017, Wasserstein GAN, arXiv:1701.07875, example 1"

MEASURED = (-1.0, -0.5, -0.2, -0.07, 0.07, 0.2, 0.5, 1.0)
HERE = 0.6


def draw(figure: Figure) -> None:
    scene, left, right = figure.subplots(1, 3)
    draw_lines(scene)
    theta = np.linspace(-1.25, 1.25, 251)
    left.plot(theta, wasserstein(theta), color=DISCRIMINATOR)
    right.hlines(log(2), -1.25, 1.25, color=DISCRIMINATOR)
    right.plot(0, log(2), "o", mfc="white", mec=DISCRIMINATOR, ms=5.5, mew=1.5, zorder=4)
    right.plot(0, 0, "o", color=DISCRIMINATOR, ms=7)
    left.plot(MEASURED, [estimated_wasserstein(value, seed=0) for value in MEASURED], "o", color=INK, ms=4)
    right.plot(MEASURED, [estimated_jensen_shannon(value, seed=0) for value in MEASURED], "o", color=INK, ms=4)
    left.set_title("Wasserstein distance", loc="left")
    right.set_title("Jensen-Shannon divergence", loc="left")
    note(right, "log 2", -1.2, log(2) + 0.06)
    for axes in (left, right):
        axes.set(xlim=(-1.3, 1.3), ylim=(-0.05, 1.3), xlabel="θ")


def draw_lines(axes: Axes) -> None:
    """Where the two distributions lie."""
    axes.plot([0, 0], [0, 1], color=DATA, lw=5)
    axes.plot([HERE, HERE], [0, 1], color=GENERATOR, lw=5)
    axes.annotate("", (HERE - 0.05, 0.5), (0.05, 0.5), arrowprops={"arrowstyle": "<->", "color": INK})
    note(axes, "θ", HERE / 2, 0.57, INK, "center")
    note(axes, "data", -0.07, 0.9, DATA, "right")
    note(axes, "generated", HERE + 0.07, 0.9, GENERATOR)
    axes.set(xlim=(-0.55, 1.35), ylim=(-0.05, 1.3), xlabel="x", ylabel="y")
    axes.set_title("The two distributions", loc="left")
