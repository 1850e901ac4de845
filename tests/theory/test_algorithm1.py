"""Algorithm 1 reaches p_data where p_g is free (Prop. 2), and the nearest mixture where it is not."""

from __future__ import annotations

from math import log

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize

from ganworks.errors import GanworksError
from ganworks.theory.algorithm1 import algorithm1, restricted_algorithm1
from ganworks.theory.divergences import jensen_shannon_divergence

Array = npt.NDArray[np.float64]


def positive(size: int) -> st.SearchStrategy[Array]:
    return arrays(np.float64, size, elements=st.floats(0.01, 1)).map(lambda w: w / w.sum())


@settings(max_examples=30)
@given(positive(4), positive(4), st.floats(0.05, 1))
def test_a_free_generator_reaches_the_data_and_never_steps_back(data: Array, start: Array, step_size: float) -> None:
    path = algorithm1(data, start, steps=600, step_size=step_size)
    assert path.generators[0] == pytest.approx(start)
    assert bool((np.diff(path.divergences) <= 1e-15).all())
    assert path.divergences[-1] < 1e-10
    np.testing.assert_allclose(path.generators[-1], data, atol=1e-5)
    assert path.costs[-1] == pytest.approx(-log(4), abs=1e-9)
    np.testing.assert_allclose(path.discriminators[-1], 0.5, atol=1e-3)


def test_the_divergence_falls_at_the_rate_of_the_linearised_step() -> None:
    divergences = algorithm1([0.5, 0.3, 0.2], [0.1, 0.2, 0.7], steps=150, step_size=0.1).divergences
    assert divergences[-1] / divergences[-2] == pytest.approx((1 - 0.05) ** 2, rel=1e-4)


def test_a_whole_step_goes_halfway() -> None:
    path = algorithm1([0.5, 0.3, 0.2], [0.1, 0.2, 0.7], steps=3, step_size=1)
    np.testing.assert_allclose(path.generators[1], [0.3, 0.25, 0.45], atol=1e-15)


def test_outcomes_that_the_data_lacks_are_left_for_good() -> None:
    path = algorithm1([0.5, 0.5, 0], steps=2000, step_size=1)
    np.testing.assert_allclose(path.generators[-1], [0.5, 0.5, 0], atol=1e-15)


def test_a_generator_that_cannot_make_an_outcome_keeps_the_ratios_of_the_others() -> None:
    path = restricted_algorithm1([0.5, 0.3, 0.2], np.eye(3)[:2], steps=300)
    np.testing.assert_allclose(path.generators[-1], [0.625, 0.375, 0], atol=1e-6)
    np.testing.assert_allclose(path.discriminators[-1][2], 1)
    assert path.divergences[-1] == pytest.approx(0.0748818, abs=1e-6)


def test_a_restricted_generator_ends_in_the_projection_and_a_gap_remains() -> None:
    """The end is the least JSD of any mixture, which another optimiser also finds, well away from 0."""
    random = np.random.default_rng(0)
    data, strategies = random.dirichlet(np.ones(8)), random.dirichlet(np.ones(8), 3)
    path = restricted_algorithm1(data, strategies, steps=3000, step_size=1)
    assert bool((np.diff(path.divergences) <= 1e-15).all())

    def divergence(logits: Array) -> float:
        weights = np.exp(logits - np.logaddexp.reduce(logits))
        return float(jensen_shannon_divergence(data, weights / weights.sum() @ strategies))

    least = min(
        minimize(divergence, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14}).fun
        for start in (np.zeros(3), np.array([1.0, 0, -1]))
    )
    assert path.divergences[-1] == pytest.approx(least, abs=1e-6)
    assert path.divergences[-1] > 0.05


@settings(max_examples=30)
@given(positive(3))
def test_mixtures_that_contain_the_data_reach_it(weights: Array) -> None:
    strategies = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.7, 0.1, 0.1], [0, 0, 0.5, 0.5]])
    path = restricted_algorithm1(weights @ strategies, strategies, steps=1000, step_size=1)
    assert path.divergences[-1] < 1e-9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"start": [1.0, 0.0]}, "all > 0"),
        ({"start": [0.2, 0.3, 0.5]}, "2 weights"),
        ({"step_size": 1.5}, "step_size"),
        ({"step_size": 0.0}, "step_size"),
        ({"steps": -1}, "steps"),
        ({"data": [[0.5, 0.5]]}, "K and S×K"),
        ({"data": [0.5, 0.6]}, "sum to 1"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(GanworksError, match=message):
        algorithm1(**{"data": [0.5, 0.5], **arguments})
