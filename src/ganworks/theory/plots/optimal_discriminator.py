"""The optimal discriminator, while the generator approaches the data.

D* says how much more likely a point is to be real than generated. As $p_g$ comes to $p_{data}$ it flattens
to ½ everywhere, and the generator's cost C(G) falls to its least value, −log 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ganworks.theory.canvas import DATA, DISCRIMINATOR, GENERATOR, QUIET, note
from ganworks.theory.densities import Gaussian
from ganworks.theory.optimal_discriminator import generator_cost, optimal_discriminator

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMULA = r"$D^{*}(x) = \frac{p_{data}(x)}{p_{data}(x) + p_g(x)},$   $C(G) = \max_D V(D, G)$"
SOURCE = "Goodfellow et al. 2014, Generative adversarial nets, arXiv:1406.2661, proposition 1 and figure 1"

REAL = Gaussian(0.0, 1.0)
GENERATED = (Gaussian(3.0, 0.7), Gaussian(1.2, 0.8), REAL)


def draw(figure: Figure) -> None:
    panels = figure.subplots(1, len(GENERATED), sharey=True)
    for axes, generated in zip(panels, GENERATED, strict=True):
        draw_players(axes, generated)
    panels[0].set_ylabel("density, and D*")
    note(panels[0], "data", -2.4, 0.3, DATA)
    note(panels[0], "generated", 5.4, 0.6, GENERATOR, "right")
    note(panels[0], "D*", -2.9, 0.94, DISCRIMINATOR)


def draw_players(axes: Axes, generated: Gaussian) -> None:
    """Both densities, and what the best discriminator makes of them."""
    x = np.linspace(-3.5, 5.5, 400)
    for player, color in ((REAL, DATA), (generated, GENERATOR)):
        axes.fill_between(x, player.density(x), color=color, alpha=0.22, lw=0)
        axes.plot(x, player.density(x), color=color)
    axes.plot(x, optimal_discriminator(REAL, generated)(x), color=DISCRIMINATOR, lw=2.5)
    axes.axhline(0.5, color=QUIET, lw=1, ls=(0, (4, 3)), zorder=1)
    axes.set(xlim=(x[0], x[-1]), ylim=(0, 1.04), xlabel="x", yticks=[0, 0.25, 0.5, 0.75, 1])
    axes.set_title(f"C(G) = {float(generator_cost(REAL, generated)):.3f}".replace("-", "−"), fontweight="bold")
