"""The field of Dirac-GAN, derived from the project's losses, against the closed forms of Mescheder et al. 2018."""

from __future__ import annotations

from collections.abc import Callable
from math import exp

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from ganworks.errors import UsageError
from ganworks.lookup import names, supply
from ganworks.theory.dirac import METHODS, PSI, THETA, DiracGAN

Field = Callable[[float, float], tuple[float, float]]
numbers = st.floats(-3, 3)


def slope(t: float) -> float:
    """f′ of f(t) = −log(1 + e⁻ᵗ)."""
    return 1 / (1 + exp(t))


def bend(t: float) -> float:
    """f″."""
    return -slope(t) * slope(-t)


def gan(theta: float, psi: float) -> tuple[float, float]:
    return -psi * slope(psi * theta), theta * slope(psi * theta)


def nonsaturating(theta: float, psi: float) -> tuple[float, float]:
    return -psi * slope(-psi * theta), theta * slope(psi * theta)


def penalised(field: Field, gamma: float) -> Field:
    return lambda theta, psi: (field(theta, psi)[0], field(theta, psi)[1] - gamma * psi)


def consensus(theta: float, psi: float) -> tuple[float, float]:
    """v − ∇ ½‖v‖², where ½‖v‖² = ½ (θ² + ψ²) f′(ψθ)²."""
    first, second, square = slope(psi * theta), bend(psi * theta), theta**2 + psi**2
    along, up = gan(theta, psi)
    return (
        along - theta * first**2 - psi * square * first * second,
        up - psi * first**2 - theta * square * first * second,
    )


CLOSED: dict[str, Field] = {
    "GAN": gan,
    "NS-GAN": nonsaturating,
    "RpGAN": nonsaturating,
    "WGAN": lambda theta, psi: (-psi, theta),
    "WGAN-GP": lambda theta, psi: (-psi, theta - 0.7 * (abs(psi) - 1) * (1 if psi > 0 else -1)),
    "GAN + R1 0.1": penalised(gan, 0.1),
    "GAN + R1 0.3": penalised(gan, 0.3),
    "GAN + R1 1.0": penalised(gan, 1.0),
    "GAN + R2 0.3": penalised(gan, 0.3),
    "ConOpt": consensus,
    "NS-GAN + R1 0.3": penalised(nonsaturating, 0.3),
}


@pytest.mark.parametrize("method", CLOSED)
@settings(max_examples=15)
@given(theta=numbers, psi=numbers.filter(bool))
def test_the_field_is_the_published_one(method: str, theta: float, psi: float) -> None:
    game, expected = METHODS[method], CLOSED[method](theta, psi)
    assert game.velocity(theta, psi) == pytest.approx(expected, abs=1e-9)
    for player in (THETA, PSI):
        assert game.move(theta, psi, player) == pytest.approx(expected[player], abs=1e-9)


def test_every_method_but_the_noisy_one_has_its_closed_form_here() -> None:
    assert set(METHODS) - set(CLOSED) == {"GAN + instance noise"}


def test_noise_is_averaged_over() -> None:
    """At ψ ≠ 0 its field is E[−ψ f′(ψ(θ+ε))] and E[(θ+ε) f′(ψ(θ+ε)) − ε f′(−ψε)], here by quadrature."""
    theta, psi, std = 0.4, -0.8, 0.7
    grid = torch.linspace(-8, 8, 4001, dtype=torch.float64)
    weight = torch.exp(-(grid**2) / 2)
    moved, eps = theta + std * grid, std * grid
    along = -psi * torch.sigmoid(-psi * moved)
    up = moved * torch.sigmoid(-psi * moved) - eps * torch.sigmoid(psi * eps)
    expected = tuple(float((part * weight).sum() / weight.sum()) for part in (along, up))
    assert DiracGAN(noise=std).velocity(theta, psi) == pytest.approx(expected, abs=2e-3)
    drawn = DiracGAN(noise=std, draws=200_000).velocity(theta, psi, torch.Generator().manual_seed(0))
    assert drawn == pytest.approx(expected, abs=5e-3)


@pytest.mark.parametrize("objective", names("ganworks.losses.objectives", "discriminator"))
@pytest.mark.parametrize("penalty", [None, *names("ganworks.losses.penalties", "penalty")])
def test_every_objective_and_penalty_plays(objective: str, penalty: str | None) -> None:
    """A penalty changes ψ's pull as it should: by −γψ, or −2λ(|ψ| − 1) sgn ψ, whatever the objective."""
    plain = DiracGAN(objective).velocity(0.3, 0.5)
    game = DiracGAN(objective, {penalty: {}} if penalty else {})
    along, up = game.velocity(0.3, 0.5)
    assert along == plain[THETA]
    of_norm = -2 * 10 * (0.5 - 1)
    change = {None: 0.0, "r1": -0.5, "r2": -0.5, "gradient": of_norm, "dragan": of_norm}[penalty]
    assert up - plain[PSI] == pytest.approx(change, abs=1e-9)


def test_an_objective_of_ones_own_plays_too() -> None:
    class Own:
        @staticmethod
        def discriminator(real: Tensor, fake: Tensor) -> Tensor:
            return (fake - real).mean() * 3

        @staticmethod
        def generator(fake: Tensor) -> Tensor:
            return -fake.mean() * 5

    game = DiracGAN(supply("somewhere:Own", Own))
    assert game.velocity(0.3, 0.5) == pytest.approx((-2.5, 0.9))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"objective": "hing"}, "'hinge'"),
        ({"penalties": {"r3": {}}}, "unknown penalty 'r3'"),
        ({"penalties": {"r1": {"gama": 1}}}, "'gamma'"),
        ({"clip": -1.0}, "clip=-1.0"),
        ({"noise": -1.0}, "noise=-1.0"),
        ({"draws": 0}, "draws=0"),
        ({"clip": float("nan")}, "clip=nan"),
        ({"clip": float("inf")}, "clip=inf"),
        ({"noise": float("nan")}, "noise=nan"),
        ({"noise": float("inf")}, "noise=inf"),
        ({"consensus": float("nan")}, "consensus=nan"),
        ({"consensus": float("inf")}, "consensus=inf"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        DiracGAN(**wrong)
