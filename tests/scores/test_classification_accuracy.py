"""Generated images are worth what a classifier learns of them, beside what plain augmentation gives for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import ganworks
from ganworks.errors import GanworksError
from ganworks.scores.augmentation_gain import AugmentationGain, augmentation_gain, plainly_augmented
from ganworks.scores.classification_accuracy import Labelled, classification_accuracy, score
from ganworks.scores.extractors import classifier_training
from ganworks.scores.score import Evidence

CLASSES = 3
NAMES = ("lying", "standing", "slanting")


def shapes(count: int, seed: int) -> Labelled:
    """uint8 8×8 noise with a bar lying (0), standing (1) or slanting (2) somewhere, classes in turn."""
    draw = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 120, (count, 1, 8, 8), generator=draw, dtype=torch.uint8)
    labels = torch.arange(count) % CLASSES
    along = torch.arange(5)
    for image, label, (row, column) in zip(
        images, labels.tolist(), torch.randint(0, 4, (count, 2), generator=draw).tolist(), strict=True
    ):
        down, right = [(0 * along, along), (along, 0 * along), (along, along)][label]
        image[0, row + down, column + right] = 200
    return images, labels


class Nobody:
    name = "nobody"

    def features(self, images: Tensor) -> Tensor:
        raise AssertionError("no features are needed")


class Means:
    name = "means"

    def features(self, images: Tensor) -> Tensor:
        return images.float().mean((1, 3))


@pytest.fixture(autouse=True)
def brief_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier_training, "presented", lambda count: 2000)


@pytest.fixture(scope="module")
def unseen() -> Labelled:
    return shapes(300, seed=100)


def test_the_more_is_wrong_with_the_images_the_less_they_teach(unseen: Labelled) -> None:
    images, labels = shapes(300, seed=1)
    wrong = torch.where(torch.arange(300) % 5 < 2, (labels + 1) % CLASSES, labels)
    one_class_dropped = labels != 2
    ceiling = classification_accuracy((images, labels), unseen, CLASSES)
    dropped = classification_accuracy((images[one_class_dropped], labels[one_class_dropped]), unseen, CLASSES)
    unrelated = classification_accuracy((images, labels.roll(1)[torch.randperm(300)]), unseen, CLASSES)
    assert ceiling >= 0.95
    assert classification_accuracy((images, wrong), unseen, CLASSES) < ceiling
    assert dropped < 0.68 < ceiling
    assert unrelated < 0.6


def test_the_score_trains_on_generated_and_tests_on_real_images(unseen: Labelled) -> None:
    generated = shapes(200, seed=2)
    evidence = [Evidence(images, labels, Nobody()) for images, labels in (generated, unseen)]
    assert score.compute(*evidence) == {"classification_accuracy": classification_accuracy(generated, unseen, CLASSES)}
    for unlabelled, whose in ((0, "generated"), (1, "real")):
        pair = [
            Evidence(one.samples, None if n == unlabelled else one.labels, Nobody()) for n, one in enumerate(evidence)
        ]
        with pytest.raises(GanworksError, match=f"the {whose} samples have no labels"):
            score.compute(*pair)


@pytest.mark.parametrize("of_generated", [("lying", "slanting"), ("0", "2")])
def test_a_generator_that_lacks_a_class_is_judged_by_the_names_of_the_others(
    unseen: Labelled, of_generated: tuple[str, str]
) -> None:
    images, labels = shapes(300, seed=6)
    kept = labels != 1
    generated = Evidence(images[kept], labels[kept] // 2, Nobody(), of_generated)
    value = score.compute(generated, Evidence(*unseen, Nobody(), NAMES))["classification_accuracy"]
    assert value == classification_accuracy((images[kept], labels[kept]), unseen, CLASSES) > 0.6
    for real, strange in ((NAMES, "bent"), (("1", "2", "3"), "0")):
        with pytest.raises(GanworksError, match=f"class '{strange}', which none of the 3 real classes is"):
            score.compute(Evidence(images, labels, Nobody(), ("0", "bent", "2")), Evidence(*unseen, Nobody(), real))


def test_names_come_with_the_samples(unseen: Labelled) -> None:
    images, labels = shapes(120, seed=7)
    named, real = np.array(NAMES)[labels], np.array(NAMES)[unseen[1]]
    wishes: dict[str, Any] = {"scores": ["classification-accuracy"], "extractor": f"{__name__}:Means", "count": 60}
    found = ganworks.evaluate((images[labels != 1], named[labels != 1]), (unseen[0], real), **wishes)
    assert found["classification_accuracy"] > 0.55 and found.floor["classification_accuracy"] > 0.8
    with pytest.raises(GanworksError, match="class 'lying_', which none of the 3 real classes is"):
        ganworks.evaluate((images, np.char.add(named, "_")), (unseen[0], real), **wishes)


def test_test_labels_that_do_not_fit_are_refused(unseen: Labelled) -> None:
    with pytest.raises(GanworksError, match="test labels"):
        classification_accuracy(shapes(30, 0), (unseen[0], unseen[1][:5]), CLASSES)
    for wrong in (99, -1):
        with pytest.raises(GanworksError, match=f"test labels reach from .*{wrong}.*: 0 to 2 expected"):
            classification_accuracy(shapes(30, 0), (unseen[0], torch.full_like(unseen[1], wrong)), CLASSES)


def test_good_images_help_a_few_labels_and_noise_does_not(unseen: Labelled) -> None:
    real, good = shapes(60, seed=3), shapes(200, seed=4)
    noise = torch.randint(0, 256, good[0].shape, dtype=torch.uint8), good[1]
    helped, harmed = (
        augmentation_gain(more, real, unseen, CLASSES, per_class=2, seeds=range(2)) for more in (good, noise)
    )
    assert torch.equal(helped.real, harmed.real) and torch.equal(helped.augmented, harmed.augmented)
    assert helped.real.shape == (2,) and len(set(helped.real.tolist())) == 2
    assert helped.over_real[0] > 0.1 and helped.over_augmentation[0] > 0.1
    assert harmed.over_augmentation[0] < helped.over_augmentation[0] - 0.1
    assert harmed.over_real[0] < 0.05


def test_gains_are_paired_by_seed() -> None:
    few, generated = torch.tensor([0.5, 0.7, 0.9]), torch.tensor([0.6, 0.8, 1.0])
    assert AugmentationGain(few, generated, generated).over_real == pytest.approx((0.1, 0), abs=1e-6)
    gain, error = AugmentationGain(few, few.flip(0), generated).over_augmentation
    assert (gain, error) == pytest.approx((0.1, 0.4 / 3**0.5), abs=1e-6)


def test_plain_augmentation_keeps_the_picture_near_where_it_was() -> None:
    images = torch.zeros(500, 1, 20, 20, dtype=torch.uint8)
    images[:, :, 6:10, 12:16] = 255
    moved, labels = plainly_augmented((images, torch.arange(500)), seed=0)
    assert torch.equal(labels, torch.arange(500)) and moved.dtype == torch.uint8
    bright = (moved[:, 0].float() - 60).clamp(min=0)
    columns, rows = (bright.sum(dim) / bright.sum((1, 2))[:, None] @ torch.arange(20.0) for dim in (1, 2))
    assert float(columns.mean()) == pytest.approx(13.5, abs=0.3) and float(rows.mean()) == pytest.approx(7.5, abs=0.3)
    for along, place in ((columns, 13.5), (rows, 7.5)):
        assert 0.8 < float(along.std()) < 2 and float((along - place).abs().max()) < 3.5
    flipped = plainly_augmented((images, labels), seed=0, mirror=True)[0][:, 0].float()
    left = flipped[:, :, :10].sum((1, 2)) > flipped[:, :, 10:].sum((1, 2))
    assert 0.4 < float(left.float().mean()) < 0.6
    assert torch.equal(moved, plainly_augmented((images, labels), seed=0)[0])


def test_plain_augmentation_adds_noise() -> None:
    grey = torch.full((50, 1, 20, 20), 128, dtype=torch.uint8), torch.zeros(50, dtype=torch.long)
    noise = plainly_augmented(grey, seed=0)[0].double() - 128
    assert float(noise.std()) == pytest.approx(0.03 * 255, rel=0.05) and abs(float(noise.mean())) < 0.2


def test_too_few_real_images_and_too_few_seeds_are_refused(unseen: Labelled) -> None:
    real = shapes(9, seed=5)
    with pytest.raises(GanworksError, match="class 0 has 3 real images where 4"):
        augmentation_gain(real, real, unseen, CLASSES, per_class=4)
    with pytest.raises(GanworksError, match="at least 2 seeds"):
        augmentation_gain(real, real, unseen, CLASSES, per_class=1, seeds=[0])
    with pytest.raises(GanworksError, match="no two alike"):
        augmentation_gain(real, real, unseen, CLASSES, per_class=1, seeds=[0, 0])


def test_sets_that_do_not_fit_together_are_refused(unseen: Labelled) -> None:
    real = shapes(9, seed=5)
    none, coloured = (real[0][:0], real[1][:0]), (real[0].expand(-1, 3, -1, -1), real[1])
    for wrong, message in (
        ((none, real, unseen), "^0 generated images"),
        ((coloured, real, unseen), r"^9 generated images of \(3, 8, 8\)"),
        ((real, real, none), "^0 test images"),
        ((real, (real[0], real[1][:3]), unseen), "^9 real images of .* with 3 labels"),
    ):
        with pytest.raises(GanworksError, match=message):
            augmentation_gain(*wrong, CLASSES, per_class=1, seeds=range(2))


def test_a_generator_is_not_tested_on_what_it_learnt_from(tmp_path: Path) -> None:
    """The other split has its labels turned round, so that it shows which one is tested on."""
    images, labels = shapes(120, seed=8)
    np.savez(
        tmp_path / "two.npz", x_train=images, y_train=labels, x_test=shapes(90, seed=9)[0], y_test=(labels[:90] + 1) % 3
    )
    made = shapes(120, seed=10)
    wishes: dict[str, Any] = {"scores": ["classification-accuracy"], "extractor": f"{__name__}:Means", "count": 90}
    found = ganworks.evaluate((made[0].numpy(), made[1].numpy()), tmp_path / "two.npz", **wishes)
    assert found["classification_accuracy"] < 0.2 and found.floor["classification_accuracy"] < 0.2
    assert "classification-accuracy is tested on 90 real images of the other split" in found.notes
    alone = ganworks.evaluate((made[0].numpy(), made[1].numpy()), (images.numpy(), labels.numpy()), **wishes)
    assert alone["classification_accuracy"] > 0.7
    assert any("may have been learnt from: there is no other split" in note for note in alone.notes)
