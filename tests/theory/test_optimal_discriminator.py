"""D* is the best of all discriminators, and against it the game is worth −log 4 + 2 JSD."""

from __future__ import annotations

from math import log

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ganworks.errors import GanworksError
from ganworks.theory.densities import Gaussian
from ganworks.theory.optimal_discriminator import generator_cost, optimal_discriminator, optimal_logit, value

Array = npt.NDArray[np.float64]
weights = arrays(np.float64, 5, elements=st.one_of(st.just(0.0), st.floats(1e-6, 1)))
distributions = weights.filter(lambda w: w.sum() > 0).map(lambda w: w / w.sum())
gaussians = st.builds(Gaussian, st.floats(-30, 30), st.floats(0.1, 5))


def test_anchors() -> None:
    equal, left, right = [0.25, 0.75], [1, 0], [0, 1]
    assert generator_cost(equal, equal) == -log(4) == pytest.approx(-1.38629, abs=1e-5)
    assert generator_cost(left, right) == pytest.approx(0, abs=1e-15)
    assert optimal_discriminator(equal, equal).tolist() == [0.5, 0.5]
    assert optimal_discriminator(left, right).tolist() == [1, 0]
    assert optimal_logit(left, right).tolist() == [np.inf, -np.inf]
    assert value(optimal_logit(left, right), left, right) == 0
    assert value(0.0, left, right) == pytest.approx(-log(4))
    assert value([-np.inf, np.inf], left, right) == -np.inf


@given(distributions, distributions)
def test_the_value_of_the_optimum_is_the_generators_cost(p: Array, q: Array) -> None:
    logit = optimal_logit(p, q)
    assert value(logit, p, q) == pytest.approx(generator_cost(p, q), abs=1e-14)
    np.testing.assert_allclose(optimal_discriminator(p, q), 1 / (1 + np.exp(-logit)), atol=1e-15)


@given(distributions, distributions, arrays(np.float64, 5, elements=st.floats(-20, 20)))
def test_no_discriminator_beats_the_optimum(p: Array, q: Array, logit: Array) -> None:
    assert value(logit, p, q) <= generator_cost(p, q) + 1e-14


@given(gaussians, gaussians)
def test_gaussians(p: Gaussian, q: Gaussian) -> None:
    assert value(optimal_logit(p, q), p, q) == pytest.approx(generator_cost(p, q), abs=1e-12)
    assert value(lambda x: np.sin(x), p, q) <= generator_cost(p, q) + 1e-12


@pytest.mark.parametrize("mu", [0.5, 2.0])
def test_the_logit_between_shifted_gaussians_is_a_line(mu: float) -> None:
    x = np.linspace(-3, 3 + mu, 50)
    np.testing.assert_allclose(optimal_logit(Gaussian(0, 1), Gaussian(mu, 1))(x), -mu * x + mu**2 / 2, atol=1e-13)
    discriminator = optimal_discriminator(Gaussian(0, 1), Gaussian(mu, 1))
    assert discriminator(mu / 2) == pytest.approx(0.5)
    assert discriminator(-1e3) == 1 and discriminator(1e3) < 1e-200


def test_where_nobody_has_mass_d_is_undecided() -> None:
    assert optimal_discriminator([1, 0], [1, 0]).tolist() == [0.5, 0.5]
    assert optimal_logit([1, 0], [1, 0]).tolist() == [0, 0]


def test_a_whole_trajectory_at_once() -> None:
    q = np.random.default_rng(0).dirichlet([1, 1, 1], 7)
    p = [0.2, 0.3, 0.5]
    assert optimal_discriminator(p, q).shape == (7, 3)
    np.testing.assert_allclose(value(optimal_logit(p, q), p, q), generator_cost(p, q), atol=1e-14)


def test_bad_logits_are_refused() -> None:
    with pytest.raises(GanworksError, match="2 numbers"):
        value([0.0, 0.0, 0.0], [0.5, 0.5], [0.5, 0.5])
    with pytest.raises(GanworksError, match="2 numbers"):
        value([0.0, float("nan")], [0.5, 0.5], [0.5, 0.5])
    with pytest.raises(GanworksError, match="2 numbers"):
        value(np.zeros((3, 2)), [[0.5, 0.5]] * 4, [0.5, 0.5])
    with pytest.raises(GanworksError, match="needs two Gaussians"):
        value(lambda x: np.asarray(x), [0.5, 0.5], [0.5, 0.5])
