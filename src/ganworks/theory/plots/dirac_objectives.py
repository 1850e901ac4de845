"""Dirac-GAN: every objective with every penalty of this project.

The distance to the equilibrium after 500 steps in turns, rate 0.2, from (1, 1), where it was √2. A zero-centred penalty
(R1, R2) makes them converge at a constant rate; without one, nonsaturating and relativistic come nearer as 1/√t only.
Least squares with targets 0 and 1 needs a D with a bias, which this one lacks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ganworks.lookup import names
from ganworks.theory.canvas import INK, QUIET
from ganworks.theory.dirac import DiracGAN
from ganworks.theory.dirac_simulation import radii, simulate, verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMULA = (
    r"$\theta \leftarrow \theta - h\,\partial L_G/\partial\theta,$   "
    r"$\psi \leftarrow \psi - h\,\partial (L_D + penalty)/\partial\psi$"
)
SOURCE = "Mescheder, Geiger & Nowozin 2018, arXiv:1801.04406, section 3; γ = 1 for R1 and R2, λ = 0.7 for norms of 1"

STEPS = 500
SETTINGS: dict[str, dict[str, Any]] = {"gradient": {"weight": 0.35}, "dragan": {"weight": 0.35}}
"""Of penalties whose defaults are too strong for this rate."""
SHADES = {"converged": "#CFE9DB", "undecided": "#F6E7C1", "not converged": "#F3D3CE"}


def draw(figure: Figure) -> None:
    objectives = names("ganworks.losses.objectives", "discriminator")
    penalties = ("", *names("ganworks.losses.penalties", "penalty"))
    axes = figure.subplots()
    for row, objective in enumerate(objectives):
        for column, penalty in enumerate(penalties):
            game = DiracGAN(objective, {penalty: SETTINGS.get(penalty, {})} if penalty else {})
            states = simulate(game, 1, STEPS)
            end = verdict(states)
            axes.fill_between([column - 0.485, column + 0.485], row - 0.46, row + 0.46, color=SHADES[end], lw=0)
            axes.text(column, row - 0.13, scientific(float(radii(states)[-1])), ha="center", va="center", fontsize=11)
            axes.text(column, row + 0.22, end, ha="center", va="center", fontsize=8, color=QUIET)
    axes.set_xticks(range(len(penalties)), [penalty or "no penalty" for penalty in penalties], fontsize=10)
    axes.set_yticks(range(len(objectives)), objectives, fontsize=10)
    axes.set(xlim=(-0.5, len(penalties) - 0.5), ylim=(len(objectives) - 0.5, -0.5))
    axes.xaxis.tick_top()
    axes.tick_params(length=0, colors=INK)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def scientific(number: float) -> str:
    """Two digits, with a power of ten for small ones."""
    digits, _, power = f"{number:#.2g}".partition("e")
    return rf"${digits} \cdot 10^{{{int(power)}}}$" if power else digits.removesuffix(".")
