"""A discriminator trained to optimality on known densities is D*, and its loss is log 4 − 2 JSD."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
import torch

from ganworks.errors import GanworksError
from ganworks.theory.densities import Gaussian
from ganworks.theory.divergences import jensen_shannon_divergence
from ganworks.theory.lower_bound import bce_loss
from ganworks.theory.optimal_discriminator import optimal_discriminator, optimal_logit, value
from ganworks.theory.trained_discriminator import train_discriminator


@pytest.mark.parametrize(("mu", "seed"), [(0.0, 0), (1.0, 0), (1.0, 1), (1.0, 2), (3.0, 3)])
def test_it_approaches_the_optimum(mu: float, seed: int) -> None:
    p, q = Gaussian(0, 1), Gaussian(mu, 1)
    logit = train_discriminator(p.sample, q.sample, seed=seed)
    optimum = log(4) - 2 * jensen_shannon_divergence(p, q)
    random = np.random.default_rng(1000 + seed)
    loss, error = bce_loss(logit(p.sample(100_000, random)), logit(q.sample(100_000, random)))
    assert abs(loss - optimum) <= 0.02 and error < 0.004
    assert 0 <= -value(logit, p, q) - optimum < 0.002
    x = np.linspace(-3, 3 + mu, 200)
    np.testing.assert_allclose(1 / (1 + np.exp(-logit(x))), optimal_discriminator(p, q)(x), atol=0.05)
    if mu <= 1:
        weights = p.density(x) + q.density(x)
        squares = (logit(x) - optimal_logit(p, q)(x)) ** 2
        assert np.sqrt((weights * squares).sum() / weights.sum()) < 0.1


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (Gaussian(100, 1), Gaussian(101, 1)),
        (Gaussian(0, 100), Gaussian(100, 100)),
        (Gaussian(0, 1e-6), Gaussian(1e-6, 1e-6)),
        (Gaussian(0, 1), Gaussian(0, 0.1)),
    ],
)
def test_neither_place_nor_unit_matter_nor_unequal_deviations(p: Gaussian, q: Gaussian) -> None:
    logit = train_discriminator(p.sample, q.sample, seed=0)
    assert 0 <= -value(logit, p, q) - (log(4) - 2 * jensen_shannon_divergence(p, q)) < 0.002


def test_a_seed_says_everything_and_disturbs_nobody() -> None:
    p, q = Gaussian(0, 1), Gaussian(2, 1)
    state = torch.get_rng_state()
    first, again, other = (train_discriminator(p.sample, q.sample, seed=seed, steps=3)(0.5) for seed in (5, 5, 6))
    assert first == again != other
    assert torch.equal(torch.get_rng_state(), state)


def test_bad_arguments_and_divergence_are_refused() -> None:
    p = Gaussian()
    for settings in ({"steps": 0}, {"batch": 0}, {"rate": 0.0}):
        with pytest.raises(GanworksError, match="are needed"):
            train_discriminator(p.sample, p.sample, seed=0, **settings)
    with pytest.raises(GanworksError, match="finite numbers are needed"):
        train_discriminator(lambda n, _: np.full(n, np.inf), p.sample, seed=0, steps=2)
    with pytest.raises(GanworksError, match="diverged at rate"):
        train_discriminator(p.sample, p.sample, seed=0, steps=5, rate=1e200)
