"""Dirac-GAN: how fast the players come to rest.

Distance to the equilibrium while both players step at once. Without a penalty it grows; the non-saturating players end
on a circle around it; with R1 they converge as the eigenvalues predict (dashed), fastest at γ = 1, where they coincide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ganworks.theory.canvas import DATA, DISCRIMINATOR, GENERATOR, INK, OTHER, QUIET, note
from ganworks.theory.densities import Array
from ganworks.theory.dirac import METHODS, DiracGAN
from ganworks.theory.dirac_eigenvalues import eigenvalues, spectral_radius
from ganworks.theory.dirac_simulation import radii, simulate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMULA = (
    r"$\Vert(\theta_t, \psi_t)\Vert \sim \max\,|1 + h\lambda|^{\,t},$   "
    r"$\sim t\,|1 + h\lambda|^{\,t}$ if $\lambda_1 = \lambda_2;$   $h = 0.2$"
)
SOURCE = "Mescheder, Geiger & Nowozin 2018, arXiv:1801.04406, sections 2 and 4.1"

STEPS, LEAST = 500, 1e-8
NEAR = 40
"""Steps after which the players are near enough for what the eigenvalues say."""
LINES = {
    "GAN": (QUIET, 506, 4.0),
    "NS-GAN": (OTHER, 506, 0.7),
    "GAN + R1 0.1": (DATA, 506, 0.09),
    "GAN + R1 0.3": (GENERATOR, 506, 2.5e-6),
    "GAN + R1 1.0": (DISCRIMINATOR, 185, 3e-6),
}
"""Colour of each method, and where its name stands."""


def draw(figure: Figure) -> None:
    axes = figure.subplots()
    steps = np.arange(STEPS + 1.0)
    for method, (color, x, y) in LINES.items():
        game = METHODS[method]
        distance = radii(simulate(game, steps=STEPS)).numpy()
        axes.semilogy(steps, distance, color=color)
        if game.penalties:
            late = steps[NEAR:]
            axes.semilogy(late, distance[-1] * predicted(game, late), color=INK, lw=1, ls=(0, (5, 5)))
        note(axes, method, x, y, color)
    axes.set(xlabel="step", ylabel="distance to the equilibrium", xlim=(0, STEPS), ylim=(LEAST, 20))


def predicted(game: DiracGAN, steps: Array) -> Array:
    """The distance after some steps, ÷ that after the last one; a double eigenvalue multiplies it by the step."""
    first, second = eigenvalues(game)
    decay: Array = spectral_radius(game) ** (steps - steps[-1])
    return decay * steps / steps[-1] if abs(first - second) < 1e-6 else decay
