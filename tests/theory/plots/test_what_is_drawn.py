"""Lines that plots draw go where the theory says."""

from __future__ import annotations

import numpy as np
import pytest

from ganworks.theory.dirac import METHODS
from ganworks.theory.dirac_simulation import radii, simulate
from ganworks.theory.plots import dirac_eigenvalues
from ganworks.theory.plots.dirac_objectives import scientific
from ganworks.theory.plots.dirac_radius import NEAR, STEPS, predicted
from ganworks.theory.plots.nash_equilibria import reply_line


@pytest.mark.parametrize(
    ("payoffs", "others", "replies"),
    [
        ([[1, -1], [-1, 1]], [0, 0, 0.5, 0.5, 1, 1], [0, 0, 0, 1, 1, 1]),
        ([[-1, 1], [1, -1]], [0, 0, 0.5, 0.5, 1, 1], [1, 1, 1, 0, 0, 0]),
        ([[3, 0], [5, 1]], [0, 0, 1, 1], [0, 0, 0, 0]),
        ([[0, 1], [0, 0]], [0, 0, 1, 1], [1, 1, 1, 0]),
        ([[1, 0], [0, 0]], [0, 0, 1, 1], [0, 1, 1, 1]),
    ],
)
def test_best_replies_change_at_one_place(payoffs: list[list[int]], others: list[float], replies: list[float]) -> None:
    assert reply_line(np.array(payoffs)) == (others, replies)


@pytest.mark.parametrize("method", ["GAN + R1 0.1", "GAN + R1 0.3", "GAN + R1 1.0"])
def test_the_predicted_radius_goes_with_the_played_one(method: str) -> None:
    """Within the swings of a rotation; where both eigenvalues are the same, there is none."""
    late = np.arange(NEAR, STEPS + 1.0)
    distance = radii(simulate(METHODS[method], steps=STEPS)).numpy()[NEAR:]
    drift = np.abs(np.log(distance / distance[-1] / predicted(METHODS[method], late)))
    assert drift.max() < (0.1 if method == "GAN + R1 1.0" else 0.4)


@pytest.mark.parametrize(("turns", "gamma", "least"), [(0, 1.0, 0.9), (1, 0.95, 0.9), (5, 0.438, 0.7954)])
def test_the_least_factor_is_drawn_where_it_is(turns: int, gamma: float, least: float) -> None:
    gammas, factors = dirac_eigenvalues.predicted(turns)
    assert min(factors) == pytest.approx(least, abs=5e-4)
    assert gammas[np.argmin(factors)] == pytest.approx(gamma, abs=5e-4)
    assert np.diff(gammas).min() > 0


@pytest.mark.parametrize("turns", [0, 1, 5])
@pytest.mark.parametrize("gamma", [0.0, 0.25, 1.0, 2.5])
def test_the_measured_factor_is_the_predicted_one(turns: int, gamma: float) -> None:
    game = dirac_eigenvalues.penalised(gamma)
    assert dirac_eigenvalues.measured(game, turns) == pytest.approx(
        dirac_eigenvalues.spectral_radius(game, turns), abs=0.005
    )


def test_numbers_have_two_digits() -> None:
    assert [scientific(number) for number in (0.2, 1.42, 12.3, 5e-25)] == ["0.20", "1.4", "12", r"$5.0 \cdot 10^{-25}$"]
