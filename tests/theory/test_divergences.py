"""Divergences are symmetric, bounded, zero only for equal distributions, and agree with independent computations."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import log, sqrt

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad
from scipy.spatial.distance import jensenshannon
from scipy.special import ndtr
from scipy.stats import entropy

from ganworks.errors import GanworksError
from ganworks.theory.densities import Gaussian
from ganworks.theory.divergences import (
    jensen_shannon_distance,
    jensen_shannon_divergence,
    kl_divergence,
    total_variation,
)

Array = npt.NDArray[np.float64]
weights = arrays(np.float64, 6, elements=st.one_of(st.just(0.0), st.floats(1e-9, 1)))
distributions = weights.filter(lambda w: w.sum() > 0).map(lambda w: w / w.sum())
gaussians = st.builds(Gaussian, st.floats(-5, 5), st.floats(0.05, 5))


@given(distributions, distributions)
def test_bounds_symmetry_and_oracles(p: Array, q: Array) -> None:
    divergence = jensen_shannon_divergence(p, q)
    assert 0 <= divergence <= log(2)
    assert divergence == jensen_shannon_divergence(q, p)
    assert divergence == pytest.approx(np.nan_to_num(jensenshannon(p, q)) ** 2, abs=1e-14)  # NaN where p ≈ q
    assert kl_divergence(p, q) == pytest.approx(entropy(p, q), rel=1e-12, abs=1e-14)
    assert jensen_shannon_distance(p, q) == sqrt(divergence)
    variation = total_variation(p, q)
    # Lin 1991, and Pinsker's inequality on both halves.
    assert variation**2 / 2 - 1e-15 <= divergence <= log(2) * variation + 1e-15
    assert kl_divergence(p, q) >= 2 * variation**2 - 1e-14


@given(distributions)
def test_zero_at_equality(p: Array) -> None:
    measures = (kl_divergence, jensen_shannon_divergence, jensen_shannon_distance, total_variation)
    assert [measure(p, p) for measure in measures] == [0, 0, 0, 0]


@given(distributions, st.integers(0, 5), st.floats(1e-6, 0.5))
def test_positive_otherwise(p: Array, outcome: int, share: float) -> None:
    q = (1 - share) * p
    q[outcome] += share
    if total_variation(p, q) > 1e-7:
        assert jensen_shannon_divergence(p, q) > 0 and kl_divergence(q, p) > 0


@given(distributions, distributions, distributions)
def test_the_distance_obeys_the_triangle_inequality(p: Array, q: Array, r: Array) -> None:
    between = jensen_shannon_distance(p, q) + jensen_shannon_distance(q, r)
    assert jensen_shannon_distance(p, r) <= between + 1e-7


@given(distributions, distributions, st.permutations(range(6)))
def test_outcomes_have_no_order_and_merging_them_hides(p: Array, q: Array, order: list[int]) -> None:
    divergence = jensen_shannon_divergence(p, q)
    assert jensen_shannon_divergence(p[order], q[order]) == pytest.approx(divergence, abs=1e-14)
    merged = p.reshape(3, 2).sum(1), q.reshape(3, 2).sum(1)
    assert jensen_shannon_divergence(*merged) <= divergence + 1e-14


def test_disjoint_distributions() -> None:
    p, q = [0.25, 0.75, 0, 0], [0, 0, 0.5, 0.5]
    assert jensen_shannon_divergence(p, q) == pytest.approx(log(2), abs=1e-15)
    assert kl_divergence(p, q) == np.inf and total_variation(p, q) == 1


def test_leading_axes_broadcast() -> None:
    p, many = np.array([0.2, 0.3, 0.5]), np.random.default_rng(0).dirichlet([1, 1, 1], (4, 2))
    for measure in (kl_divergence, jensen_shannon_divergence, jensen_shannon_distance, total_variation):
        together = measure(p, many)
        assert together.shape == (4, 2)
        assert together[3, 1] == measure(p, many[3, 1])


@given(gaussians, gaussians)
def test_gaussians(p: Gaussian, q: Gaussian) -> None:
    divergence = jensen_shannon_divergence(p, q)
    assert 0 <= divergence <= log(2)
    assert divergence == pytest.approx(jensen_shannon_divergence(q, p), abs=1e-13)
    assert jensen_shannon_divergence(p, p) == kl_divergence(p, p) == total_variation(p, p) == 0
    assert total_variation(p, q) ** 2 / 2 - 1e-13 <= divergence <= log(2) * total_variation(p, q) + 1e-13


@pytest.mark.parametrize("q", [Gaussian(1, 1), Gaussian(3, 1), Gaussian(0, 3), Gaussian(0.5, 0.05)])
def test_gaussians_against_another_integration(q: Gaussian) -> None:
    p = Gaussian(0, 1)

    def integrate(of: Gaussian, against: Callable[[float], Array]) -> float:
        units = np.arange(-8, 9)
        edges = np.unique(np.concatenate([of.mean + of.std * units, q.mean + q.std * units]))

        def integrand(x: float) -> Array:
            return of.density(x) * (of.log_density(x) - against(x))

        return sum(quad(integrand, a, b, epsabs=1e-14)[0] for a, b in pairwise(edges))

    def middle(x: float) -> Array:
        return np.logaddexp(p.log_density(x), q.log_density(x)) - log(2)

    expected = integrate(p, middle) / 2 + integrate(q, middle) / 2
    assert jensen_shannon_divergence(p, q) == pytest.approx(expected, abs=1e-11)
    assert kl_divergence(p, q) == pytest.approx(integrate(p, q.log_density), rel=1e-9)


@pytest.mark.parametrize("std", [1.001, 3, 1e6])
def test_the_total_variation_of_unequal_deviations(std: float) -> None:
    """Both densities are equal where x²(1 − 1/s²) = 2 log s."""
    where = sqrt(2 * log(std) / (1 - std**-2))
    expected = 2 * (ndtr(where) - ndtr(where / std))
    assert total_variation(Gaussian(0, std), Gaussian()) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("q", [Gaussian(0.7, 0.3), Gaussian(4, 1.5), Gaussian(-1, 2)])
def test_the_total_variation_of_unequal_means_and_deviations(q: Gaussian) -> None:
    edges = np.linspace(-20, 20, 400_001)
    expected = np.abs(np.diff(ndtr(edges) - ndtr((edges - q.mean) / q.std))).sum() / 2
    assert total_variation(Gaussian(), q) == pytest.approx(expected, abs=1e-8)


@given(gaussians, gaussians, st.floats(-1e9, 1e9), st.integers(-300, 300))
def test_neither_place_nor_unit_of_gaussians_matter(p: Gaussian, q: Gaussian, place: float, power: int) -> None:
    """Places are rounded, and then exact: what is compared are Gaussians as far apart as those that are moved."""
    moved = [Gaussian(place + gaussian.mean, gaussian.std) for gaussian in (p, q)]
    near = [Gaussian(gaussian.mean - moved[0].mean, gaussian.std) for gaussian in moved]
    scaled = [Gaussian(gaussian.mean * 2.0**power, gaussian.std * 2.0**power) for gaussian in near]
    for measure in (jensen_shannon_divergence, total_variation, kl_divergence):
        assert measure(*moved) == pytest.approx(measure(*near), rel=1e-12, abs=1e-12)
        assert measure(*scaled) == pytest.approx(measure(*near), rel=1e-12, abs=1e-12)


@pytest.mark.filterwarnings("error")
def test_gaussians_of_very_different_deviations_hardly_meet() -> None:
    for narrow in (Gaussian(0, 1e-20), Gaussian(1, 1e-20), Gaussian(0, 1e-200), Gaussian(0.5, 1e-300)):
        for pair in ((narrow, Gaussian()), (Gaussian(), narrow)):
            assert jensen_shannon_divergence(*pair) == pytest.approx(log(2), abs=1e-12)
            assert total_variation(*pair) == pytest.approx(1, abs=1e-12)
    assert kl_divergence(Gaussian(0, 1e-200), Gaussian()) == pytest.approx(200 * log(10) - 0.5)
    assert kl_divergence(Gaussian(), Gaussian(0, 1e-100)) == pytest.approx(5e199)
    assert kl_divergence(Gaussian(), Gaussian(0, 1e-200)) == np.inf
    assert kl_divergence(Gaussian(0, 1e300), Gaussian(0, 1e-300)) == np.inf


def test_gaussians_too_far_apart_to_be_integrated_are_refused() -> None:
    assert jensen_shannon_divergence(Gaussian(), Gaussian(9e5)) == pytest.approx(log(2), abs=1e-12)
    for measure in (jensen_shannon_divergence, total_variation):
        with pytest.raises(GanworksError, match="too far apart"):
            measure(Gaussian(), Gaussian(1e200))


@pytest.mark.parametrize("mean", [0.0, 0.3, 1.0, 4.0])
def test_equal_deviations_have_known_values(mean: float) -> None:
    p, q = Gaussian(0, 2), Gaussian(2 * mean, 2)
    assert kl_divergence(p, q) == pytest.approx(mean**2 / 2, abs=1e-15)
    assert total_variation(p, q) == pytest.approx(2 * ndtr(mean / 2) - 1, abs=1e-13)


@pytest.mark.parametrize(
    ("p", "q", "message"),
    [
        ([0.5, 0.6], [0.5, 0.5], "sum to 1"),
        ([-0.5, 1.5], [0.5, 0.5], "≥ 0"),
        ([float("nan"), 1], [0.5, 0.5], "must be numbers"),
        ([float("inf"), 1], [0.5, 0.5], "must be numbers"),
        ([1], [0.5, 0.5], "over 1 and 2 outcomes"),
        ([[0.5, 0.5]] * 2, [[0.5, 0.5]] * 3, "cannot be paired"),
        ([], [], "shape"),
        ([[1], [0.5, 0.5]], [1], "equally many"),
        (["a", "b"], [1], "must be numbers"),
        (1.0, 1.0, "shape"),
        (Gaussian(), [0.5, 0.5], "two of a kind"),
    ],
)
def test_what_is_no_pair_of_distributions_is_refused(p: object, q: object, message: str) -> None:
    for measure in (kl_divergence, jensen_shannon_divergence, total_variation):
        with pytest.raises(GanworksError, match=message):
            measure(p, q)
