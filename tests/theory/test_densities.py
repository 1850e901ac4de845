"""The quadrature integrates what is made of two Gaussians to rounding, whatever their scales and places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganworks.errors import GanworksError
from ganworks.theory.densities import Gaussian, quadrature

gaussians = st.builds(Gaussian, st.floats(-100, 100), st.floats(0.01, 1000))


@given(gaussians, gaussians)
def test_masses_means_and_variances_are_integrated(p: Gaussian, q: Gaussian) -> None:
    nodes, weights = quadrature(p, q)
    for density in (p, q):
        mass = weights * density.density(nodes)
        assert mass.sum() == pytest.approx(1, abs=1e-11)
        assert (mass * (nodes - density.mean)).sum() == pytest.approx(0, abs=1e-9 * density.std)
        assert (mass * (nodes - density.mean) ** 2).sum() == pytest.approx(density.std**2, rel=1e-9)


def test_floats_too_coarse_for_a_deviation_are_refused() -> None:
    nodes, _ = quadrature(Gaussian(1e9, 1), Gaussian(1e9 + 1, 1))
    assert nodes.min() == pytest.approx(1e9 - 9, abs=0.1)
    for narrow in (Gaussian(1, 1e-20), Gaussian(1e17, 1)):
        with pytest.raises(GanworksError, match="too coarse"):
            quadrature(narrow, Gaussian(narrow.mean, 2 * narrow.std))


def test_samples_are_of_the_density() -> None:
    samples = Gaussian(3, 2).sample(100_000, np.random.default_rng(0))
    assert samples.mean() == pytest.approx(3, abs=0.03) and samples.std() == pytest.approx(2, rel=0.01)


@pytest.mark.parametrize(
    ("mean", "std"), [(float("nan"), 1), (0, 0), (0, -1), (0, float("inf")), (1e301, 1), (0, 1e-301)]
)
def test_what_is_no_gaussian_is_refused(mean: float, std: float) -> None:
    with pytest.raises(GanworksError, match="finite mean and a deviation > 0"):
        Gaussian(mean, std)
