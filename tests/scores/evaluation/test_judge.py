"""Quick scores: of some real samples of every kind, the same as `ganworks evaluate` gives."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tests.small import images

from ganworks.config import DataSettings
from ganworks.data.open import open_samples
from ganworks.scores.evaluation.judge import Judge
from ganworks.scores.evaluation.measuring import measure, subject_of
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
    assert judge.of_images(torch.from_numpy(made)) == pytest.approx(found.values, rel=1e-6)
    assert judge.protocol == found.protocol


def test_real_images_are_at_distance_0_from_themselves() -> None:
    real = open_samples(DataSettings(), source=(images(40), np.arange(40) % 2))
    values = Judge(real, 100).of(Judge(real, 100).real)
    assert values["frechet"] == pytest.approx(0, abs=1e-9) and values["total_variation"] == 0
