"""Which games converge on Dirac-GAN, and how fast: every objective with every penalty, played and predicted.

Mescheder et al. 2018 (arXiv:1801.04406): p_data is a point at 0, the generator another at θ, D(x) = ψx.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from math import isfinite, log
from typing import Any

import numpy as np

from benchmarks.report import print_table
from ganworks.errors import GanworksError
from ganworks.lookup import names
from ganworks.theory.dirac import METHODS, DiracGAN
from ganworks.theory.dirac_eigenvalues import spectral_radius
from ganworks.theory.dirac_simulation import radii, simulate, verdict

NEAR = 0.02
"""Distance within which the linearised field is the field."""
TURNS = {"at once": 0, "in turns 1:1": 1, "in turns 1:5": 5}
PENALTIES: dict[str, Mapping[str, Mapping[str, Any]]] = {
    "-": {},
    "gradient": {"gradient": {"weight": 0.35}},
    "R1 0.3": {"r1": {"gamma": 0.3}},
    "R1 + R2 0.15": {"r1": {"gamma": 0.15}, "r2": {"gamma": 0.15}},
}


def games() -> dict[tuple[str, str], DiracGAN]:
    """Every objective with every penalty, Wasserstein clipped where nothing else bounds it."""
    return {
        (objective, penalty): DiracGAN(
            objective, settings, clip=1.0 if objective == "wasserstein" and not settings else None
        )
        for objective in names("ganworks.losses.objectives", "discriminator")
        for penalty, settings in PENALTIES.items()
    }


def played(game: DiracGAN, steps: int) -> list[str]:
    """For each way to take turns, the distance at the end and the verdict."""
    shown = []
    for turns in TURNS.values():
        states = simulate(game, turns, steps)
        end = float(radii(states)[-1])
        shown.append(f"{end:.2g}, {verdict(states)}" if isfinite(end) else "diverged")
    return shown


def rates(game: DiracGAN, turns: int, steps: int) -> tuple[float, float] | None:
    """By what a step multiplies the distance, in a play from nearby and by eigenvalues; None where these are silent.

    The first is the slope of the logarithm over the later half of what stays near and above the smallest floats: two
    points alone would meet a rotating game in different phases.
    """
    try:
        predicted = spectral_radius(game, turns)
    except GanworksError:
        return None
    distance = radii(simulate(game, turns, steps, start=(1e-3, 1e-3))).numpy()
    near = np.flatnonzero((distance > 1e-280) & (distance < NEAR))
    late = near[len(near) // 2 :]
    return float(np.exp(np.polyfit(late, np.log(distance[late]), 1)[0])), predicted


def rate_rows(steps: int, which: Mapping[tuple[str, str], DiracGAN]) -> list[Sequence[object]]:
    rows: list[Sequence[object]] = []
    for (objective, penalty), game in which.items():
        for name, turns in TURNS.items():
            if (found := rates(game, turns, steps)) is not None:
                measured, predicted = found
                error = (
                    abs(log(measured) / log(predicted) - 1) if abs(log(predicted)) > 1e-4 else abs(measured - predicted)
                )
                rows.append((objective, penalty, name, f"{measured:.5f}", f"{predicted:.5f}", f"{100 * error:.2f}"))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=500)
    options = parser.parse_args()
    print_table(
        "The methods of the paper, radius after so many steps and verdict",
        ["method", *TURNS],
        [(name, *played(game, options.steps)) for name, game in METHODS.items()],
        f"{options.steps} steps of rate 0.2 from (1, 1).",
    )
    print_table(
        "Every objective with every penalty",
        ["objective", "penalty", *TURNS],
        [(*names, *played(game, options.steps)) for names, game in games().items()],
    )
    print_table(
        "Rates near the equilibrium",
        ["objective", "penalty", "turns", "measured, a step", "predicted", "error of the logarithm, %"],
        rate_rows(options.steps, games()),
        "Only where the field is differentiable at the equilibrium; where the prediction is 1 the error is absolute.",
    )


if __name__ == "__main__":
    main()
