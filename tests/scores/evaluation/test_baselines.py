"""The floor and the ceiling: disjoint samples, shuffled pixels, kept until anything they depend on changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.small import images
from torch import Tensor

from ganworks.config import DataSettings
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.scores.evaluation import baselines
from ganworks.scores.evaluation.baselines import Real
from ganworks.scores.evaluation.kinds import permuted_coordinates, shuffled_pixels
from ganworks.scores.frechet import score as frechet
from ganworks.scores.score import Score


class Patches:
    """Means of the four quarters."""

    name = "patches"

    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor

    def features(self, images: Tensor) -> Tensor:
        return torch.nn.functional.adaptive_avg_pool2d(images.float() * self.factor, 2).flatten(1)


def opened(count: int, seed: int = 0) -> Samples:
    found = open_samples(DataSettings(), source=images(count, seed=seed))
    assert isinstance(found, Samples)
    return found


def rows(tensor: Tensor) -> set[bytes]:
    return {image.numpy().tobytes() for image in tensor}


@pytest.mark.parametrize(("there", "count", "size"), [(100, 40, 40), (100, 50, 50), (101, 80, 50)])
def test_the_floor_is_between_disjoint_samples_of_one_size(there: int, count: int, size: int) -> None:
    real = Real(opened(there), None, count, Patches())
    assert len(real.evidence) == count
    assert len(real.reference) == len(real.unseen) == real.size == size
    assert not rows(real.reference.samples) & rows(real.unseen.samples)
    assert rows(real.reference.samples) <= rows(real.evidence.samples)


def test_the_other_split_gives_the_floor_where_there_is_one() -> None:
    samples, other = opened(60), opened(30, seed=1)
    real = Real(samples, other, 60, Patches())
    assert len(real.evidence) == 60 and real.size == 30
    assert rows(real.unseen.samples) == rows(torch.from_numpy(other.values))


def test_shuffled_pixels_are_the_same_pixels_elsewhere() -> None:
    pictures = torch.from_numpy(images(5, (3, 8, 8)))
    shuffled = shuffled_pixels(pictures)
    assert torch.equal(shuffled, shuffled_pixels(pictures)) and not torch.equal(shuffled, pictures)
    colours = [image.flatten(1).T for image in (pictures[0], shuffled[0])]
    assert sorted(map(tuple, colours[0].tolist())) == sorted(map(tuple, colours[1].tolist()))


def test_permuted_coordinates_are_the_same_numbers_that_tell_nothing_of_each_other() -> None:
    points = torch.randn(2000, 1, generator=torch.Generator().manual_seed(0)).expand(-1, 3) + torch.arange(3)
    permuted = permuted_coordinates(points)
    assert torch.equal(permuted, permuted_coordinates(points))
    assert torch.equal(permuted.sort(0).values, points.sort(0).values)
    assert torch.allclose(torch.corrcoef(permuted.T), torch.eye(3), atol=0.1)


def test_baselines_are_kept_until_something_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def compute(*pair: object) -> dict[str, float]:
        calls.append("computed")
        return frechet.compute(*pair)  # type: ignore[arg-type]

    score = Score("", "", {"frechet": "lower"}, compute)

    def baseline(samples: Samples, count: int = 40, factor: float = 1.0) -> object:
        return Real(samples, None, count, Patches(factor)).baseline("frechet", score)

    first = baseline(opened(90))
    assert first == baseline(opened(90)) and len(calls) == 2
    assert baseline(opened(90, seed=1)) != first and len(calls) == 4, "content"
    assert baseline(opened(90), count=30) != first and len(calls) == 6, "size"
    assert baseline(opened(90), factor=2.0) != first and len(calls) == 8, "an extractor changed under its name"
    monkeypatch.setattr(baselines, "room_digest", lambda: "another")
    assert baseline(opened(90), factor=2.0) != first and len(calls) == 10, "the code of the scores"


@pytest.mark.parametrize("told", ["features", "probabilities"])
def test_another_network_under_the_same_name_is_told_by_all_that_it_says(told: str) -> None:
    def key(sharpness: float) -> object:
        return Real(opened(90), None, 40, Normalised(sharpness, told)).folder("frechet")

    assert key(1.0) == key(1.0) != key(3.0)


class Normalised:
    """Features, or classes, whose mean is that of any other network."""

    name = "normalised"

    def __init__(self, sharpness: float, told: str) -> None:
        self.sharpness = {"features": 1.0, "probabilities": 1.0, told: sharpness}

    def features(self, images: Tensor) -> Tensor:
        return self.shares(images, "features")

    def probabilities(self, images: Tensor) -> Tensor:
        return self.shares(images, "probabilities")

    def shares(self, images: Tensor, what: str) -> Tensor:
        return (images.float().mean(2).flatten(1)[:, :7] / 20 * self.sharpness[what]).softmax(1)


def test_all_code_that_scores_counts(tmp_path: Path) -> None:
    (tmp_path / "evaluation").mkdir()
    found = set()
    for file in ("kid.py", "evaluation/baselines.py"):
        (tmp_path / file).write_text("pass")
        found.add(baselines.room_digest.__wrapped__(tmp_path))
        (tmp_path / file).write_text("...")
        found.add(baselines.room_digest.__wrapped__(tmp_path))
    assert len(found) == 4


def test_the_ceiling_is_above_the_floor() -> None:
    pictures = np.repeat(np.repeat(images(200, (1, 2, 2)), 4, 2), 4, 3)
    samples = open_samples(DataSettings(), source=pictures)
    found = Real(samples, None, 100, Patches()).baseline("frechet", frechet)
    assert found.floor["frechet"] < found.ceiling["frechet"] / 10
