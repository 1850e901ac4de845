"""Playing Dirac-GAN by gradient descent, and the verdict on how it went."""

from __future__ import annotations

from math import isfinite
from typing import Literal

import torch
from torch import Tensor

from ganworks.errors import GanworksError, UsageError
from ganworks.theory.dirac import PSI, THETA, DiracGAN, require_turns

Verdict = Literal["converged", "not converged", "undecided"]

WINDOW = 100
"""Steps at the end that the verdict looks at."""


def simulate(
    game: DiracGAN,
    discriminator_steps: int = 0,
    steps: int = 500,
    rates: tuple[float, float] = (0.2, 0.2),
    start: tuple[float, float] = (1.0, 1.0),
    seed: int = 0,
) -> Tensor:
    """The states (θ, ψ) before the first and after each step, (steps + 1)×2 float64.

    A step is a simultaneous one of both players, or, with `discriminator_steps` n > 0, one of the generator and then n
    of the discriminator. `rates` are those of the generator and the discriminator; `seed` draws instance noise.
    The defaults are those of Mescheder et al. 2018. A state that overflows is infinite or NaN from there on.
    """
    require_turns(discriminator_steps, rates)
    if steps < 1 or not all(map(isfinite, start)):
        raise UsageError(f"steps={steps}, start={start}: steps ≥ 1 and a finite start are needed")
    random = torch.Generator().manual_seed(seed)
    theta, psi = start[0], game.allowed(start[1])
    states = [(theta, psi)]
    for _ in range(steps):
        if discriminator_steps:
            theta += rates[THETA] * game.move(theta, psi, THETA, random)
            for _ in range(discriminator_steps):
                psi = game.allowed(psi + rates[PSI] * game.move(theta, psi, PSI, random))
        else:
            v = game.velocity(theta, psi, random)
            theta, psi = theta + rates[THETA] * v[THETA], game.allowed(psi + rates[PSI] * v[PSI])
        states.append((theta, psi))
    return torch.tensor(states, dtype=torch.float64)


def radii(states: Tensor) -> Tensor:
    """The distance √(θ² + ψ²) of each state from the equilibrium, N values."""
    return states.square().sum(1).sqrt()


def verdict(states: Tensor) -> Verdict:
    """Converged where the last 100 states all lie within 0.05 of the equilibrium, not where all are beyond 0.1.

    It judges the steps that were played: a game that converges slowly is at first called not converged, then
    undecided, and converged in the end; play more. Raises GanworksError for fewer than 100 states.
    """
    if states.ndim != 2 or states.shape[1] != 2 or len(states) < WINDOW:
        raise GanworksError(f"states have shape {tuple(states.shape)}: N×2 with N ≥ {WINDOW} is needed for a verdict")
    last = radii(states[-WINDOW:])
    if not bool(last.isfinite().all()) or float(last.min()) > 0.1:
        return "not converged"
    return "converged" if float(last.max()) < 0.05 else "undecided"
