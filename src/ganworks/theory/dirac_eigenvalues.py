"""How fast Dirac-GAN converges near its equilibrium: the Jacobian of its field and what gradient descent makes of it.

Mescheder et al. 2018, arXiv:1801.04406, lemmas 2.3 and 3.1-3.2 and section 4.
"""

from __future__ import annotations

import cmath

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.theory.dirac import PSI, THETA, DiracGAN, require_turns

_STEP = 1e-6


def jacobian(game: DiracGAN) -> Tensor:
    """∂v/∂(θ, ψ) at the equilibrium (0, 0), 2×2 float64, by automatic differentiation of the losses.

    Raises GanworksError where it does not exist: D's weights are clipped, the field jumps or bends at the equilibrium
    (WGAN-GP), or (0, 0) is no equilibrium. Simulate such a game and ask for the verdict.
    """
    if game.clip is not None:
        raise GanworksError("clipping acts after the step, where no derivative sees it: simulate it for a verdict")
    noise = game.noise_from(None)

    def v(state: Tensor) -> Tensor:
        theta, psi = state.unbind()
        return game.field(theta, psi, noise)

    result: Tensor = torch.autograd.functional.jacobian(v, torch.zeros(2, dtype=torch.float64))  # type: ignore[no-untyped-call]
    _require_derivative(game, result)
    return result


def eigenvalues(game: DiracGAN) -> tuple[complex, complex]:
    """Those of the Jacobian, the larger imaginary (then real) part first; raises GanworksError where there is none.

    Negative real parts: the continuous flow converges. Imaginary ones: it rotates.
    """
    first, second = sorted(_eigenvalues(jacobian(game)), key=lambda value: (value.imag, value.real), reverse=True)
    return first, second


def r1_eigenvalues(gamma: float, slope: float = 0.5) -> tuple[complex, complex]:
    """λ = −γ/2 ± √(γ²/4 − f′(0)²) for f′(0) = `slope`, ½ for the logistic losses; critical, and fastest, at γ = 2f′(0).

    Mescheder et al. 2018, section 4.1.
    """
    root = cmath.sqrt(gamma**2 / 4 - slope**2)
    return -gamma / 2 + root, -gamma / 2 - root


def spectral_radius(game: DiracGAN, discriminator_steps: int = 0, rates: tuple[float, float] = (0.2, 0.2)) -> float:
    """By what a step multiplies a small distance to the equilibrium in the long run.

    Below 1 the game converges from near enough; at 1 this does not tell (in turns NS-GAN converges, GAN does not).
    Steps are those of `simulate`. Simultaneous ones with equal rates h have max |1 + hλ|.
    Raises GanworksError where the field is not differentiable, UsageError for what `simulate` would not play.
    """
    require_turns(discriminator_steps, rates)
    field = jacobian(game)
    moves = [torch.zeros(2, 2, dtype=torch.float64) for _ in (THETA, PSI)]
    for player, rate in enumerate(rates):
        moves[player][player] = rate * field[player]
    still = torch.eye(2, dtype=torch.float64)
    if discriminator_steps:
        step = torch.linalg.matrix_power(still + moves[PSI], discriminator_steps) @ (still + moves[THETA])
    else:
        step = still + moves[THETA] + moves[PSI]
    return max(abs(value) for value in _eigenvalues(step))


def _eigenvalues(matrix: Tensor) -> list[complex]:
    """Of a 2×2 matrix, exact where they coincide, which an iterative solver misses by √ε."""
    half = float(matrix.trace()) / 2
    root = cmath.sqrt(((float(matrix[0, 0]) - float(matrix[1, 1])) / 2) ** 2 + float(matrix[0, 1] * matrix[1, 0]))
    return [half + root, half - root]


def _require_derivative(game: DiracGAN, found: Tensor) -> None:
    """Where the field jumps or bends, its slope on one side or the other is not what differentiation says."""
    here = torch.tensor(game.velocity(0.0, 0.0), dtype=torch.float64)
    if float(here.abs().max()) > 1e-9:
        raise GanworksError(f"(0, 0) is no equilibrium of {game.objective}: both players move from there")
    for player in (THETA, PSI):
        for step in (_STEP, -_STEP):
            there = torch.tensor(game.velocity(*((step, 0.0) if player == THETA else (0.0, step))), dtype=torch.float64)
            error = float(((there - here) / step - found[:, player]).abs().max())
            if not error <= 1e-3 * (1 + float(found.abs().max())):
                raise GanworksError("the field is not differentiable at the equilibrium: simulate it for a verdict")
