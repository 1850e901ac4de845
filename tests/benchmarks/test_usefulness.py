"""What generated images are good for, in a tiny version on bright rows."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from benchmarks.usefulness import Labelled, Study

from benchmarks import report, usefulness
from ganworks.scores.augmentation_gain import AugmentationGain, augmentation_gain, few_of_each
from ganworks.scores.extractors import classifier_training

TINY = {"game.generator": {"name": "dcgan", "width": 4}, "game.discriminator": {"name": "dcgan", "width": 4}}


def levels(count: int, seed: int) -> Labelled:
    """Ten classes that a classifier learns at once: a bright row of noise at the label's height."""
    draw = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 10
    images = torch.randint(0, 60, (count, 1, 10, 10), generator=draw)
    images[torch.arange(count), 0, labels] += 190
    return images.to(torch.uint8), labels


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.setattr(report, "CELLS", tmp_path / "cells")
    monkeypatch.setattr(classifier_training, "presented", lambda count: 4 * count)
    small = {**TINY, "training.batch_size": 8, "training.threads": 1}
    return Study(levels(400, 0), levels(200, 1), steps=1, few_steps=1, judged=100, added=40, settings=small)


def test_a_row_for_each_way_and_all_of_it_is_kept(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = usefulness.alone_rows(study.alone(range(2)))
    assert [row[:3] for row in alone] == [
        ("TRTR", "real", "real"),
        ("TSTR", "generated", "real"),
        ("TRTS", "real", "generated"),
    ]
    gains = usefulness.gain_rows(study, [2], range(2))
    assert [row[:2] for row in gains] == [(2, "these"), (2, "all")] and gains[0][2:4] == gains[1][2:4]
    monkeypatch.setattr(usefulness.ganworks, "train", None)
    monkeypatch.setattr(usefulness, "classification_accuracy", None)
    monkeypatch.setattr(usefulness, "augmentation_gain", None)
    assert usefulness.alone_rows(study.alone(range(2))) == alone
    assert usefulness.gain_rows(study, [2], range(2)) == gains


def test_generators_of_their_own_are_judged_as_a_common_one_is(study: Study) -> None:
    made = levels(40, 2)
    common = augmentation_gain(made, study.real, study.test, 10, 3, range(2)).generated.tolist()
    assert [
        usefulness.beside(made, few_of_each(study.real, 10, 3, seed), study.test, seed) for seed in range(2)
    ] == common


def test_a_gain_is_in_points_and_paired() -> None:
    real = torch.tensor([0.5, 0.7], dtype=torch.float64)
    gain = AugmentationGain(real, real + 0.02, real + 0.01)
    assert usefulness.points(gain.over_real) == "+1.00 ± 0.00"
    assert usefulness.points(gain.over_augmentation) == "-1.00 ± 0.00"
    assert usefulness.per_cent([0.5, 0.7]) == "60.00 ± 10.00"
