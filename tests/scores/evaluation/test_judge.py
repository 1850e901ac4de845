"""Quick scores: of some real samples of every kind, the same as `ganworks evaluate` gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from tests.small import images
from torch import Tensor

from ganworks.config import DataSettings
from ganworks.data.open import open_samples
from ganworks.scores.evaluation import judge as judging
from ganworks.scores.evaluation.judge import Judge
from ganworks.scores.evaluation.measuring import measure
from ganworks.scores.evaluation.ranking import ranked
from ganworks.scores.evaluation.subject import subject_of
from ganworks.scores.extractors import classifier_training


@pytest.fixture(autouse=True)
def little_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A classifier that is trained in no time."""
    monkeypatch.setattr(classifier_training, "presented", lambda count: 2 * count)


def test_it_gives_what_evaluate_gives() -> None:
    real = open_samples(DataSettings(), source=(images(300), np.repeat(np.arange(3), 100)))
    made = images(150, seed=1) // 2
    judge = Judge(real, 150)
    assert set(judge.real.labels.tolist()) == {0, 1, 2}, "of samples that are sorted by class"  # type: ignore[union-attr]
    subject = subject_of(open_samples(DataSettings(), source=made))
    found = measure(subject, real, scores=["frechet", "histogram"], count=150)
    assert judge.of_samples(torch.from_numpy(made)) == pytest.approx(found.values, rel=1e-6)
    assert judge.protocol == found.protocol


def test_real_images_are_at_distance_0_from_themselves() -> None:
    real = open_samples(DataSettings(), source=(images(140), np.arange(140) % 2))
    values = Judge(real, 200).of(Judge(real, 200).real)
    assert values["frechet"] == pytest.approx(0, abs=1e-9) and values["total_variation"] == 0


@pytest.mark.parametrize(("there", "count"), [(60, 200), (200, 60)])
def test_too_few_samples_for_a_frechet_distance_are_ranked_by_kernel_distance(there: int, count: int) -> None:
    real = open_samples(DataSettings(), source=(images(there), np.arange(there) % 2))
    judge = Judge(real, count)
    assert judge.note == "scored by kid: 60 samples do not fill the 128 dimensions of a Fréchet distance"
    made = images(count, seed=1)
    values = judge.of_samples(torch.from_numpy(made))
    assert "frechet" not in values
    subject = subject_of(open_samples(DataSettings(), source=made[:60]))
    if count == 60:
        assert values["kid"] == pytest.approx(measure(subject, real, scores=["kid"], count=60)["kid"], rel=1e-6)
    assert ranked(values) == ("kid", values["kid"])
    assert ranked({"kid": 1.0, "frechet": 2.0}) == ("frechet", 2.0)


class Foreign:
    """Knows classes, but not those of the real images."""

    name = "foreign"

    def features(self, images: Tensor) -> Tensor:
        return images.float().mean((1, 3))

    def probabilities(self, images: Tensor) -> Tensor:
        return torch.full((len(images), 1000), 1e-3)


def test_classes_that_are_not_those_of_the_real_images_are_not_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*given: Any, **wishes: Any) -> Foreign:
        return Foreign()

    monkeypatch.setattr(judging, "find_extractor", found)
    judge = Judge(open_samples(DataSettings(), source=images(30)), 30)
    assert set(judge.of(judge.real)) == {"frechet"} and judge.note is None
