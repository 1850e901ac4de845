"""Eigenvalues of Dirac-GAN at its equilibrium: closed forms, and the rates at which it is seen to converge."""

from __future__ import annotations

from cmath import sqrt
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganworks.errors import GanworksError, UsageError
from ganworks.theory.dirac import METHODS, DiracGAN
from ganworks.theory.dirac_eigenvalues import eigenvalues, jacobian, r1_eigenvalues, spectral_radius
from ganworks.theory.dirac_simulation import radii, simulate


def penalised(gamma: float, objective: str = "saturating") -> DiracGAN:
    return DiracGAN(objective, {"r1": {"gamma": gamma}})


@settings(max_examples=40)
@given(gamma=st.floats(0, 4), logistic=st.sampled_from(["saturating", "nonsaturating", "relativistic"]))
def test_r1_has_the_closed_form_for_every_logistic_objective(gamma: float, logistic: str) -> None:
    assert eigenvalues(penalised(gamma, logistic)) == pytest.approx(r1_eigenvalues(gamma), abs=1e-9)


@pytest.mark.parametrize(("objective", "slope"), [("wasserstein", 1.0), ("hinge", 1.0)])
@pytest.mark.parametrize("gamma", [0.3, 2.0, 3.0])
def test_steeper_objectives_have_their_own_slope(objective: str, slope: float, gamma: float) -> None:
    assert eigenvalues(penalised(gamma, objective)) == pytest.approx(r1_eigenvalues(gamma, slope), abs=1e-9)


@pytest.mark.parametrize("gamma", [0.0, 0.3, 0.99, 1.0, 1.01, 3.0])
def test_gamma_one_is_critical(gamma: float) -> None:
    """Below it the two rotate with the same real part, beyond it both are real and the slower one comes back."""
    first, second = r1_eigenvalues(gamma)
    assert first.real >= second.real
    assert (first.imag > 0) == (gamma < 1)
    assert max(first.real, second.real) >= r1_eigenvalues(1.0)[0].real == -0.5


@pytest.mark.parametrize("std", [0.3, 0.7, 2.5])
def test_instance_noise_has_the_closed_form(std: float) -> None:
    """λ = f″(0)σ² ± √(f″(0)²σ⁴ − f′(0)²), f″(0) = −¼ (Mescheder et al. 2018, lemma 3.2)."""
    root = sqrt(std**4 / 16 - 1 / 4)
    expected = (-(std**2) / 4 + root, -(std**2) / 4 - root)
    assert eigenvalues(DiracGAN(noise=std)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("gamma", [0.5, 1.0])
def test_consensus_optimisation_adds_the_square_of_the_rotation(gamma: float) -> None:
    """J − γJᵀJ with J = ½ (0 −1; 1 0)."""
    found = eigenvalues(DiracGAN(consensus=gamma))
    assert found == pytest.approx((-gamma / 4 + 0.5j, -gamma / 4 - 0.5j), abs=1e-9)


def test_least_squares_without_a_bias_gives_no_pull() -> None:
    """With targets 0 and 1 and D(0) = 0, D learns nothing from real samples: all of its slope at (0, 0) is gone."""
    assert jacobian(DiracGAN("least-squares")).tolist() == [[0, -1], [0, 0]]


def test_simultaneous_steps_have_the_published_radius() -> None:
    assert spectral_radius(DiracGAN()) == pytest.approx((1 + 0.2**2 / 4) ** 0.5, abs=1e-12)
    assert spectral_radius(DiracGAN()) == pytest.approx(1.00499, abs=5e-6)
    assert spectral_radius(penalised(0.3)) == pytest.approx(0.97468, abs=5e-6)
    assert spectral_radius(penalised(1.0)) == pytest.approx(0.9, abs=1e-12)


@pytest.mark.parametrize(("turns", "fastest"), [(0, 1.0), (1, 0.95), (5, 0.435)])
def test_who_moves_when_decides_which_gamma_is_fastest(turns: int, fastest: float) -> None:
    """Both at once γ = 1, in turns γ = 1 − h/4, with h = 0.2: what the documentation and the plot say."""
    least, *others = (spectral_radius(penalised(gamma), turns) for gamma in (fastest, fastest - 0.01, fastest + 0.01))
    assert least < min(others)
    at_once = max(abs(1 + 0.2 * value) for value in r1_eigenvalues(fastest))
    assert (least == pytest.approx(at_once, abs=1e-9)) == (turns == 0)


@pytest.mark.parametrize("gamma", [0.1, 0.6])
@pytest.mark.parametrize("turns", [0, 1, 5])
def test_r1_converges_at_the_rate_of_its_eigenvalues(gamma: float, turns: int) -> None:
    distance = radii(simulate(penalised(gamma), turns, steps=300))
    late = slice(100, 301)
    # The radius swings as it shrinks: a line through its logarithm averages over the turns.
    steps, logs = [float(step) for step in range(301)[late]], distance[late].log().tolist()
    mean_step, mean_log = sum(steps) / len(steps), sum(logs) / len(logs)
    fall = sum((step - mean_step) * (value - mean_log) for step, value in zip(steps, logs, strict=True))
    fall /= sum((step - mean_step) ** 2 for step in steps)
    assert fall == pytest.approx(log(spectral_radius(penalised(gamma), turns)), rel=0.02)


@pytest.mark.parametrize("rates", [(0.1, 0.1), (0.05, 0.4), (0.2, 0.1)])
@pytest.mark.parametrize("turns", [0, 1])
def test_unequal_rates_converge_as_predicted(rates: tuple[float, float], turns: int) -> None:
    game = penalised(2.0)
    distance = radii(simulate(game, turns, 300, rates, start=(0.1, 0.1)))
    fall = (distance[300] / distance[150]).log().item() / 150
    assert fall == pytest.approx(log(spectral_radius(game, turns, rates)), rel=0.02)


@pytest.mark.parametrize("method", ["WGAN", "WGAN-GP"])
def test_no_derivative_no_eigenvalue(method: str) -> None:
    for ask in (jacobian, eigenvalues, spectral_radius):
        with pytest.raises(GanworksError, match="simulate it for a verdict"):
            ask(METHODS[method])


def test_strong_penalties_are_not_taken_for_jumps() -> None:
    assert eigenvalues(penalised(1e5)) == pytest.approx(r1_eigenvalues(1e5), rel=1e-6)


@pytest.mark.parametrize("wrong", [{"discriminator_steps": -1}, {"rates": (-0.2, 0.2)}, {"rates": (0.2, float("nan"))}])
def test_what_cannot_be_played_has_no_rate(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        spectral_radius(DiracGAN(), **wrong)
