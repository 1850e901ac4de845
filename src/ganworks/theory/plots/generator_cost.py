"""What the generator pays against the best discriminator.

The better $p_g$ overlaps $p_{data}$, the less: from 0 where they are told apart for sure down to −log 4 where they are
equal. A discriminator that is not the best sees less, and its loss gives only a lower bound of the divergence.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np

from ganworks.theory.canvas import DATA, DISCRIMINATOR, OTHER, QUIET, note
from ganworks.theory.densities import Array, Gaussian, quadrature
from ganworks.theory.divergences import jensen_shannon_divergence
from ganworks.theory.optimal_discriminator import generator_cost, optimal_logit, value

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMULA = r"$C(G) = -\log 4 + 2\,\mathrm{JSD}(p_{data}\,\|\,p_g)$"
SOURCE = "Goodfellow et al. 2014, Generative adversarial nets, arXiv:1406.2661, theorem 1; integrals by quadrature"

REAL = Gaussian()


def draw(figure: Figure) -> None:
    left, right = figure.subplots(1, 2)
    means = np.linspace(0, 6, 61)
    generated = [Gaussian(mean) for mean in means]
    left.plot(means, [jensen_shannon_divergence(REAL, g) for g in generated], color=DATA)
    left.axhline(log(2), color=QUIET, lw=1, ls=(0, (4, 3)))
    note(left, "log 2: disjoint", 0.15, log(2) + 0.025)
    left.set_title("Jensen-Shannon divergence, in nats", loc="left")
    right.plot(means, [generator_cost(REAL, g) for g in generated], color=DISCRIMINATOR, lw=2.5, label="D*")
    for share, style in ((0.3, "-"), (3.0, (0, (4, 2)))):
        worth = [value(scaled(g, share), REAL, g) for g in generated]
        right.plot(means, worth, color=OTHER, ls=style, label=f"logit D = {share:g} · logit D*")
    for level, text in ((0.0, "0: told apart for sure"), (-log(4), "−log 4: equal")):
        right.axhline(level, color=QUIET, lw=1, ls=(0, (4, 3)))
        note(
            right, text, 5.85 if level else 0.15, level + (-0.08 if level else 0.07), align="right" if level else "left"
        )
    right.set_title("V(D, G) for three discriminators", loc="left")
    right.legend(loc="lower right", bbox_to_anchor=(1, 0.24))
    left.set(ylim=(0, 0.78))
    right.set(ylim=(-1.75, 0.2))
    for axes in (left, right):
        axes.set(xlim=(0, 6), xlabel=r"distance $\mu$ of $p_{data} = N(0, 1)$ and $p_g = N(\mu, 1)$")


def scaled(generated: Gaussian, share: float) -> Array:
    """The logit of a discriminator that is surer, or less sure, than it should be, at the nodes of the quadrature."""
    logits: Array = share * optimal_logit(REAL, generated)(quadrature(REAL, generated)[0])
    return logits
