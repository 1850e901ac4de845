"""The neighbour estimate finds known KL divergences in one and more dimensions, and refuses what has no density."""

from __future__ import annotations

import numpy as np
import pytest

from ganworks.errors import GanworksError
from ganworks.theory.densities import Gaussian
from ganworks.theory.divergences import kl_divergence
from ganworks.theory.neighbour_estimate import neighbour_kl_divergence


@pytest.mark.parametrize("q", [Gaussian(0, 1), Gaussian(1, 1), Gaussian(0, 2), Gaussian(-0.5, 1.5)])
def test_it_finds_the_divergence_of_gaussians(q: Gaussian) -> None:
    p, random = Gaussian(0, 1), np.random.default_rng(0)
    estimates = [neighbour_kl_divergence(p.sample(1500, random), q.sample(1200, random)) for _ in range(4)]
    assert np.mean(estimates) == pytest.approx(kl_divergence(p, q), abs=0.06)


def test_more_dimensions_add_up() -> None:
    random = np.random.default_rng(0)
    first, second = random.normal(0, 1, (2000, 3)), random.normal(0.5, 1, (2000, 3))
    assert neighbour_kl_divergence(first, second) == pytest.approx(3 * 0.125, abs=0.08)


def test_neither_place_nor_scale_nor_rotation_nor_order_matter() -> None:
    random = np.random.default_rng(0)
    first, second = random.normal(0, 1, (1100, 2)), random.normal(0.5, 1, (900, 2))
    estimate = neighbour_kl_divergence(first, second)
    turn = np.linalg.qr(random.normal(size=(2, 2)))[0]
    moved = [1e6 + 30 * samples[::-1] @ turn for samples in (first, second)]
    assert neighbour_kl_divergence(*moved) == pytest.approx(estimate, abs=1e-6)


def test_it_is_low_where_the_samples_hardly_meet() -> None:
    random = np.random.default_rng(0)
    estimate = neighbour_kl_divergence(random.normal(0, 1, 1000), random.normal(3, 1, 1000))
    assert estimate == pytest.approx(3.4, abs=0.6)


@pytest.mark.parametrize(
    ("first", "message"),
    [
        (np.array([np.nan] * 20), "finite numbers"),
        (np.zeros((20, 2)), "2 and 1 dimensions"),
        (np.arange(5.0), "5 and 20 samples for 5 neighbours"),
        (np.zeros(20), "samples repeat"),
        (np.zeros((0, 1)), "finite numbers"),
    ],
)
def test_bad_samples_are_refused(first: object, message: str) -> None:
    with pytest.raises(GanworksError, match=message):
        neighbour_kl_divergence(first, np.random.default_rng(0).random(20))
