"""The worse real images are spoiled, the worse every score that can tell says they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise

import pytest
from tests.scores.fashion import blurred, clothes, features, noisy, probabilities, without
from torch import Tensor

from ganworks.scores.density_coverage import density_coverage
from ganworks.scores.frechet import frechet_distance_of
from ganworks.scores.kid import kernel_distance
from ganworks.scores.memorisation import memorisation
from ganworks.scores.mode_score import mode_score
from ganworks.scores.ndb import ndb
from ganworks.scores.precision_recall import precision_recall

COUNT = 1000
NOISE, BLUR, DROPPED = (0.0, 0.2, 0.4, 0.8), (0, 2, 4, 7), (0, 2, 4, 6)
SCORES: dict[str, Callable[[Tensor, Tensor], float]] = {
    "frechet": frechet_distance_of,
    "kid": kernel_distance,
    "ndb": lambda fake, real: ndb(fake, real, bins=40)[0],
    "ndb_js": lambda fake, real: ndb(fake, real, bins=40)[1],
    "c_t": lambda fake, real: memorisation(fake, real)[1],
    "precision": lambda fake, real: precision_recall(fake, real)[0],
    "recall": lambda fake, real: precision_recall(fake, real)[1],
    "density": lambda fake, real: density_coverage(fake, real)[0],
    "coverage": lambda fake, real: density_coverage(fake, real)[1],
}


@cache
def halves() -> tuple[Tensor, Tensor, Tensor]:
    """Images to score against, as many others to spoil, and the classes of these."""
    images, labels = clothes()
    return images[:COUNT], images[COUNT : 2 * COUNT], labels[COUNT : 2 * COUNT]


def spoiled(way: str) -> list[Tensor]:
    _, images, labels = halves()
    if way == "noise":
        return [noisy(images, level) for level in NOISE]
    if way == "blur":
        return [blurred(images, radius) for radius in BLUR]
    return [images[without(labels, dropped)] for dropped in DROPPED]


@cache
def measured(name: str, way: str) -> list[float]:
    real = features(halves()[0])
    return [SCORES[name](features(images), real) for images in spoiled(way)]


@pytest.mark.parametrize(
    ("name", "way"),
    [(name, way) for name in ("frechet", "ndb", "ndb_js", "kid") for way in ("blur", "dropping")]
    + [("frechet", "noise"), ("c_t", "noise")],
)
def test_distances_grow(name: str, way: str) -> None:
    values = measured(name, way)
    assert all(later > 1.2 * earlier for earlier, later in pairwise(values)), values


@pytest.mark.parametrize(
    ("name", "way"),
    [("coverage", way) for way in ("noise", "blur", "dropping")]
    + [("precision", "noise"), ("density", "noise"), ("recall", "blur"), ("recall", "dropping")],
)
def test_shares_shrink(name: str, way: str) -> None:
    values = measured(name, way)
    assert all(later < 0.99 * earlier for earlier, later in pairwise(values)), values


def test_kid_tells_noise_once_it_moves_the_moments() -> None:
    images, real = halves()[1], features(halves()[0])
    values = [kernel_distance(features(noisy(images, level)), real) for level in (0.0, 1.0, 2.0, 4.0)]
    assert all(later > 3 * max(earlier, 1e-5) for earlier, later in pairwise(values)), values


def test_what_a_score_alone_would_miss() -> None:
    """Blur looks precise and dense, noise has great recall, and dropped classes leave precision as it is."""
    assert min(measured("precision", "blur")) == measured("precision", "blur")[0]
    assert min(measured("density", "blur")) == measured("density", "blur")[0]
    assert min(measured("recall", "noise")) == measured("recall", "noise")[0]
    assert min(measured("precision", "dropping")) > 0.95 * measured("precision", "dropping")[0]


@pytest.mark.parametrize("way", ["blur", "dropping"])
def test_the_mode_score_falls(way: str) -> None:
    real = probabilities(halves()[0])
    values = [mode_score(probabilities(images), real) for images in spoiled(way)]
    assert all(later < 0.95 * earlier for earlier, later in pairwise(values)), values


def test_copies_of_training_images_are_exposed_and_other_real_images_are_not() -> None:
    train, fresh, _ = halves()
    honest, copies, nearly = (
        memorisation(features(images), features(train)) for images in (fresh, train[::2], noisy(train[::2], 0.02))
    )
    assert honest[0] < 0.02 and abs(honest[1]) < 2
    assert copies[0] == 1 and copies[1] < -6
    assert nearly[0] > 0.9 and nearly[1] < -6


def test_a_few_copies_among_honest_samples_are_counted() -> None:
    train, fresh, _ = halves()
    mixed = features(fresh).clone()
    mixed[:100] = features(train[:100])
    assert 0.1 <= memorisation(mixed, features(train))[0] < 0.12
