"""On parallel lines a trained critic tracks |θ|, and a trained discriminator says log 2 at any distance."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from ganworks.errors import GanworksError
from ganworks.theory import divergences, parallel_lines


def test_closed_forms() -> None:
    theta = np.array([-1.5, 0, 1e-9, 2])
    assert parallel_lines.wasserstein(theta).tolist() == [1.5, 0, 1e-9, 2]
    assert parallel_lines.jensen_shannon_divergence(theta).tolist() == [log(2), 0, log(2), log(2)]
    assert parallel_lines.kl_divergence(theta).tolist() == [np.inf, 0, np.inf, np.inf]
    assert parallel_lines.total_variation(theta).tolist() == [1, 0, 1, 1]


@pytest.mark.parametrize("measure", ["jensen_shannon_divergence", "kl_divergence", "total_variation"])
def test_they_are_those_of_two_places_without_a_common_one(measure: str) -> None:
    """Along the lines both are uniform, so that only the line tells: two outcomes."""
    of_probabilities = getattr(divergences, measure)
    assert getattr(parallel_lines, measure)(0.3) == pytest.approx(of_probabilities([1, 0], [0, 1]))
    assert getattr(parallel_lines, measure)(0.0) == of_probabilities([1, 0], [1, 0])


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("theta", [-1e4, 100.0, 0.01, -0.001])
def test_a_critic_knows_any_distance_but_the_smallest(theta: float, seed: int) -> None:
    """Within 1 %, and never above it, since no 1-Lipschitz function says more of samples of equal heights."""
    share = parallel_lines.estimated_wasserstein(theta, seed=seed) / abs(theta)
    assert 0.99 <= share <= 1 + 1e-9


def test_it_never_claims_a_distance_that_is_not_there() -> None:
    for theta in (0.0, 1e-6):
        assert parallel_lines.estimated_wasserstein(theta, seed=0) <= theta + 1e-12


@pytest.mark.parametrize("seed", [0, 1])
def test_a_critic_tracks_the_distance_with_slope_one(seed: int) -> None:
    distances = np.array([-2.0, -0.5, 0.1, 1.0])
    estimates = [parallel_lines.estimated_wasserstein(theta, seed=seed) for theta in distances]
    slope, offset = np.polyfit(np.abs(distances), estimates, 1)
    assert abs(slope - 1) <= 0.05 and abs(offset) <= 0.01


def test_a_discriminator_saturates() -> None:
    estimates = [
        parallel_lines.estimated_jensen_shannon(theta, seed=0) for theta in (-2.0, 1.0, 1e-3, 1e-9, 1e-100, 1e4, 1e100)
    ]
    np.testing.assert_allclose(estimates, log(2), rtol=0.01)
    assert parallel_lines.estimated_jensen_shannon(0, seed=0) == pytest.approx(0, abs=0.005)


def test_a_distance_that_is_no_number_is_refused() -> None:
    for function in (parallel_lines.wasserstein, parallel_lines.kl_divergence, parallel_lines.line):
        with pytest.raises(GanworksError, match="finite"):
            function(float("nan"))
