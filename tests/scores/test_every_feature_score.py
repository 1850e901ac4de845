"""What `ganworks evaluate` relies on: scores are found, give the values that they name, and refuse bad input."""

from __future__ import annotations

from importlib import import_module

import pytest
import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.score import Evidence, Score

NAMES = (
    "frechet",
    "inception_score",
    "mode_score",
    "kid",
    "precision_recall",
    "density_coverage",
    "prd",
    "ndb",
    "memorisation",
)
BY_CLASS = ("inception_score", "mode_score")


class Pixels:
    """Features are the pixels."""

    name = "pixels"

    def features(self, images: Tensor) -> Tensor:
        return images.flatten(1).double()

    def probabilities(self, images: Tensor) -> Tensor:
        return self.features(images).softmax(1)


def score(name: str) -> Score:
    found = import_module(f"ganworks.scores.{name}").score
    assert isinstance(found, Score)
    return found


def evidence(count: int, size: int = 3, seed: int = 0) -> Evidence:
    images = torch.randn(count, 1, size, size, generator=torch.Generator().manual_seed(seed))
    return Evidence(images, None, Pixels())


@pytest.mark.parametrize("name", NAMES)
def test_it_gives_the_values_that_it_names(name: str) -> None:
    values = score(name).compute(evidence(600), evidence(600, seed=1))
    assert values.keys() == score(name).better.keys()
    assert all(torch.isfinite(torch.tensor(value)) for value in values.values())
    assert ("classes" in score(name).needs) is (name in BY_CLASS)


@pytest.mark.parametrize(
    ("name", "broken"),
    [(name, side) for name in NAMES for side in ("generated", "real") if (name, side) != ("inception_score", "real")],
)
def test_what_is_not_finite_is_refused_in_one_line(name: str, broken: str) -> None:
    sides = {"generated": evidence(600), "real": evidence(600, seed=1)}
    sides[broken].samples[5] = float("nan")
    with pytest.raises(GanworksError, match="NaN or infinite") as error:
        score(name).compute(sides["generated"], sides["real"])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in BY_CLASS])
@pytest.mark.parametrize("broken", ["generated", "real"])
def test_what_leaves_the_range_of_numbers_is_refused(name: str, broken: str) -> None:
    sides = {"generated": evidence(600), "real": evidence(600, seed=1)}
    sides[broken].samples = sides[broken].samples.double()
    sides[broken].samples[5] = 1e80
    with pytest.raises(GanworksError, match=r"reach 1e\+80, and their powers leave the range of float64"):
        score(name).compute(sides["generated"], sides["real"])


@pytest.mark.parametrize("name", NAMES)
def test_features_may_be_half_precision_and_part_of_a_graph(name: str) -> None:
    sides = [evidence(600), evidence(600, seed=1)]
    expected = score(name).compute(*(Evidence(side.samples.half(), None, Pixels()) for side in sides))
    for side in sides:
        side.samples = side.samples.half().requires_grad_()
    assert score(name).compute(*sides) == expected


@pytest.mark.parametrize("name", [name for name in NAMES if name != "inception_score"])
def test_other_dimensions_are_refused(name: str) -> None:
    with pytest.raises(GanworksError, match="use the same"):
        score(name).compute(evidence(600), evidence(600, size=4))


@pytest.mark.parametrize("name", NAMES)
def test_one_sample_is_refused(name: str) -> None:
    with pytest.raises(GanworksError):
        score(name).compute(evidence(1), evidence(1))


def test_a_frechet_distance_of_fewer_samples_than_dimensions_is_refused() -> None:
    with pytest.raises(GanworksError, match="9 samples do not fill 9 dimensions"):
        score("frechet").compute(evidence(9), evidence(100))
    assert score("frechet").compute(evidence(10), evidence(10, seed=1))["frechet"] > 0


def test_what_is_best_where_that_is_no_extreme_is_said() -> None:
    """More than the density, certainty or distance of real samples is another way of being wrong."""
    better = score("density_coverage").better | score("memorisation").better | score("histogram").better
    assert (better["density"], better["c_t"], better["confidence"]) == ("near 1", "near 0", "near floor")
    dense = evidence(300, seed=1)
    dense.samples *= 0.5
    assert score("density_coverage").compute(dense, evidence(300))["density"] > 2
    strange = evidence(300, seed=1)
    strange.samples *= 2
    assert score("memorisation").compute(strange, evidence(300))["c_t"] > 5
