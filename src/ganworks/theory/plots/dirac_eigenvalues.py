"""Dirac-GAN with R1: the penalty turns rotation into convergence.

Without a penalty the eigenvalues are ± ½i: the players circle each other. γ adds a negative real part until, at
γ = 1, the rotation is gone. Right: the factor per step, predicted (lines), measured (dots). It is least at γ = 1 when
both move at once, and at a smaller γ when they take turns; more only slows down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ganworks.theory.canvas import DATA, DISCRIMINATOR, GENERATOR, QUIET, note
from ganworks.theory.dirac import DiracGAN
from ganworks.theory.dirac_eigenvalues import eigenvalues, r1_eigenvalues, spectral_radius
from ganworks.theory.dirac_simulation import radii, simulate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMULA = (
    r"$\lambda_{1,2} = -\frac{\gamma}{2} \pm \sqrt{\frac{\gamma^2}{4} - f^{\,\prime}(0)^2},$   "
    r"$f^{\,\prime}(0) = \frac{1}{2};$   a step of both at once multiplies by $\max\,|1 + h\lambda|$"
)
SOURCE = "Mescheder, Geiger & Nowozin 2018, arXiv:1801.04406, section 4.1; dots: from the project's own losses; h = 0.2"

MOST, STEPS = 2.5, 240


def draw(figure: Figure) -> None:
    left, right = figure.subplots(1, 2)
    draw_eigenvalues(left)
    draw_factors(right)
    for axes in (left, right):
        axes.set(xlabel="γ, weight of the penalty", xlim=(0, MOST))


def penalised(gamma: float) -> DiracGAN:
    return DiracGAN(penalties={"r1": {"gamma": gamma}})


def draw_eigenvalues(axes: Axes) -> None:
    gammas = np.linspace(0, MOST, 501)
    exact = np.array([r1_eigenvalues(gamma) for gamma in gammas])
    some = np.linspace(0, MOST, 11)
    found = np.array([eigenvalues(penalised(gamma)) for gamma in some])
    for index in (0, 1):
        axes.plot(gammas, exact[:, index].real, color=DATA)
        axes.plot(gammas, exact[:, index].imag, color=GENERATOR)
        axes.plot(some, found[:, index].real, "o", color=DATA, ms=4.5)
        axes.plot(some, found[:, index].imag, "o", color=GENERATOR, ms=4.5)
    axes.axvline(1, color=QUIET, lw=1, ls=(0, (4, 3)), zorder=1)
    note(axes, "imaginary parts: rotation", 1.08, 0.13, GENERATOR)
    note(axes, "real parts: convergence", 1.3, -0.7, DATA)
    note(axes, "critical γ = 1", 1.05, -2.1)
    axes.set_title("Eigenvalues of the field at the equilibrium", loc="left")


def draw_factors(axes: Axes) -> None:
    some = np.linspace(0, MOST, 11)
    ways = {"both at once": (0, DATA), "in turns": (1, GENERATOR), "in turns, D five times": (5, DISCRIMINATOR)}
    for name, (turns, color) in ways.items():
        axes.plot(*predicted(turns), color=color, label=name)
        axes.plot(some, [measured(penalised(gamma), turns) for gamma in some], "o", color=color, ms=4.5)
    axes.axhline(1, color=QUIET, lw=1)
    axes.set_title("Distance to the equilibrium after a step, ÷ before", loc="left")
    axes.legend(loc="lower right")


def predicted(turns: int) -> tuple[list[float], list[float]]:
    """Weights of the penalty and the factors per step, dense where these are least, since they turn sharply there."""
    factors = {gamma: spectral_radius(penalised(gamma), turns) for gamma in np.linspace(0, MOST, 61)}
    for _ in range(5):
        gammas = sorted(factors)
        least = gammas.index(min(factors, key=factors.__getitem__))
        for gamma in np.linspace(gammas[least - 3], gammas[least + 3], 12):
            factors[gamma] = spectral_radius(penalised(gamma), turns)
    return sorted(factors), [factors[gamma] for gamma in sorted(factors)]


def measured(game: DiracGAN, turns: int) -> float:
    """The factor per step by which the distance shrinks, over the last half of a game that starts near the end."""
    distance = radii(simulate(game, turns, STEPS, start=(0.1, 0.1))).log()
    late = np.arange(STEPS // 2, STEPS + 1)
    return float(np.exp(np.polyfit(late, distance[late].numpy(), 1)[0]))
