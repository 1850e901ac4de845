"""The histogram estimate is symmetric, bounded, right with many samples, and biased as it says."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganworks.errors import GanworksError
from ganworks.theory.densities import Gaussian
from ganworks.theory.divergences import jensen_shannon_divergence
from ganworks.theory.histogram_estimate import histogram_jensen_shannon

numbers = st.lists(st.floats(-1e6, 1e6), min_size=8, max_size=30)


@given(numbers, numbers)
def test_bounds_symmetry_and_zero_at_equality(first: list[float], second: list[float]) -> None:
    estimate = histogram_jensen_shannon(first, second, bins=4)
    assert 0 <= estimate <= log(2)
    assert estimate == histogram_jensen_shannon(second, first, bins=4)
    assert histogram_jensen_shannon(first, first[::-1], bins=4) == 0


@pytest.mark.parametrize("mu", [0.5, 1.0, 3.0])
def test_it_approaches_the_divergence_of_the_densities(mu: float) -> None:
    p, q, random = Gaussian(0, 1), Gaussian(mu, 1), np.random.default_rng(0)
    estimate = histogram_jensen_shannon(p.sample(100_000, random), q.sample(100_000, random))
    assert estimate == pytest.approx(jensen_shannon_divergence(p, q), abs=0.004)


@pytest.mark.parametrize(("first", "second", "bins"), [(500, 500, 20), (300, 1000, 10)])
def test_the_bias_between_equal_distributions_is_the_one_it_names(first: int, second: int, bins: int) -> None:
    random = np.random.default_rng(0)
    draws = [histogram_jensen_shannon(random.random(first), random.random(second), bins) for _ in range(400)]
    assert np.mean(draws) == pytest.approx((bins - 1) * (1 / first + 1 / second) / 8, rel=0.06)


def test_disjoint_and_discrete_samples() -> None:
    assert histogram_jensen_shannon([0.0] * 50, [1.0] * 50) == pytest.approx(log(2))
    assert histogram_jensen_shannon([0, 0, 1, 2] * 9, [2, 1, 0, 0] * 9) == 0


@pytest.mark.parametrize(
    ("first", "bins", "message"),
    [
        ([float("nan")] * 9, 2, "finite numbers"),
        ([[1.0] * 3] * 3, 2, "finite numbers"),
        ([1.0] * 9, 10, "10 bins for 9 samples"),
        ([1.0] * 9, 1, "at least 2 bins"),
        ([1.0], None, "at least 2 bins"),
    ],
)
def test_bad_samples_are_refused(first: object, bins: int | None, message: str) -> None:
    with pytest.raises(GanworksError, match=message):
        histogram_jensen_shannon(first, np.arange(9), bins)
