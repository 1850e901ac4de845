"""The classifier learns, judges any size and range alike, repeats itself, and is kept by content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.extractors import classifier_training
from ganworks.scores.extractors.classifier_network import FEATURES, Classifier, working_size
from ganworks.scores.extractors.classifier_training import classifier_for, presented, train_classifier

Labelled = tuple[Tensor, Tensor]


def bars(count: int, height: int, width: int, channels: int, seed: int) -> Labelled:
    """uint8 images of noise with a bright horizontal (0) or vertical (1) bar, or none (2), and their labels."""
    draw = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 100, (count, channels, height, width), generator=draw, dtype=torch.uint8)
    labels = torch.randint(0, 3, (count,), generator=draw)
    places = torch.randint(2, min(height, width) - 2, (count,), generator=draw)
    for image, label, at in zip(images, labels.tolist(), places.tolist(), strict=True):
        if label == 0:
            image[:, at : at + 2] = 220
        if label == 1:
            image[:, :, at : at + 2] = 220
    return images, labels


def accuracy(classifier: Classifier, images: Tensor, labels: Tensor) -> float:
    return float((classifier.probabilities(images).argmax(1) == labels).float().mean())


@pytest.fixture(scope="module")
def small() -> Classifier:
    return train_classifier(*bars(384, 12, 12, 1, seed=0), classes=3)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("GANWORKS_CACHE", str(tmp_path))
    monkeypatch.setattr(classifier_training, "presented", lambda count: 4 * count)
    return tmp_path / "classifiers"


def test_it_recognises_images_it_never_saw(small: Classifier) -> None:
    assert accuracy(small, *bars(300, 12, 12, 1, seed=1)) >= 0.97


def test_colour_images_that_are_not_square_and_odd_sized(small: Classifier) -> None:
    classifier = train_classifier(*bars(256, 9, 17, 3, seed=0), classes=3)
    assert classifier.spec.size == (8, 16)
    assert accuracy(classifier, *bars(200, 9, 17, 3, seed=1)) >= 0.9
    with pytest.raises(GanworksError, match="1 channels and the classifier was trained on 3"):
        classifier.features(torch.zeros(1, 1, 9, 17))


def test_features_and_probabilities_have_their_shapes_and_ranges(small: Classifier) -> None:
    images, _ = bars(7, 12, 12, 1, seed=2)
    features, probabilities = small.features(images), small.probabilities(images)
    assert features.shape == (7, FEATURES) and bool((features >= 0).all())
    assert probabilities.shape == (7, 3) and torch.allclose(probabilities.sum(1), torch.ones(7))


def test_floats_are_judged_as_the_same_bytes(small: Classifier) -> None:
    images, _ = bars(50, 12, 12, 1, seed=3)
    torch.testing.assert_close(small.features(images.float() / 127.5 - 1), small.features(images))


def test_larger_images_are_resized_inside_and_keep_their_class(small: Classifier) -> None:
    images, labels = bars(100, 12, 12, 1, seed=4)
    enlarged = images.repeat_interleave(3, 2).repeat_interleave(3, 3)
    assert accuracy(small, enlarged, labels) >= 0.95


def test_an_images_features_do_not_depend_on_the_batch(small: Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    images, _ = bars(20, 12, 12, 1, seed=5)
    whole = small.train().features(images)
    monkeypatch.setattr("ganworks.scores.extractors.classifier_network._BATCH", 3)
    torch.testing.assert_close(small.features(images), whole)


def test_the_seed_decides_everything_and_the_global_generator_is_left_alone() -> None:
    images, labels = bars(64, 8, 8, 1, seed=0)
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first, again, other = (train_classifier(images, labels, 3, mirror=True, seed=seed) for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first.features(images), again.features(images))
    assert not torch.equal(first.features(images), other.features(images))


def test_the_same_content_is_trained_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images, labels = bars(64, 8, 8, 1, seed=0)
    trained = classifier_for(images, labels, 3)
    with monkeypatch.context() as forbidden:
        forbidden.setattr(classifier_training, "train_classifier", lambda *_: pytest.fail("trained again"))
        assert torch.equal(classifier_for(images, labels, 3).features(images), trained.features(images))
    classifier_for(images.clone().index_fill_(0, torch.tensor(0), 0), labels, 3)
    classifier_for(images, labels, 3, seed=1)
    monkeypatch.setattr(classifier_training, "PROTOCOL", 0)
    classifier_for(images, labels, 3)
    assert len([kept for kept in cache.iterdir() if kept.is_dir()]) == 4


def test_a_damaged_cache_is_trained_anew(cache: Path) -> None:
    images, labels = bars(64, 8, 8, 1, seed=0)
    trained = classifier_for(images, labels, 3).features(images)
    (weights,) = cache.glob("*/weights.safetensors")
    weights.write_bytes(weights.read_bytes()[:100])
    assert torch.equal(classifier_for(images, labels, 3).features(images), trained)


@pytest.mark.parametrize(
    ("height", "width", "expected"),
    [(28, 28, (28, 28)), (8, 8, (8, 8)), (37, 37, (32, 32)), (48, 80, (20, 32)), (256, 16, (32, 8))],
)
def test_it_works_at_the_images_own_size_up_to_32(height: int, width: int, expected: tuple[int, int]) -> None:
    assert working_size(height, width) == expected


def test_larger_sets_are_shown_less_often_and_the_work_is_bounded() -> None:
    assert [presented(count) // count for count in (1_000, 10_000, 60_000)] == [21, 12, 8]
    assert presented(250_000) == 600_000
    assert presented(2_000_000) == 2_000_000


BYTES = torch.zeros(4, 1, 8, 8, dtype=torch.uint8)


@pytest.mark.parametrize(
    ("train", "message"),
    [
        (lambda: train_classifier(BYTES[0], torch.zeros(1), 2), "N×C×H×W"),
        (lambda: train_classifier(BYTES[:0], torch.zeros(0), 2), "N×C×H×W"),
        (lambda: train_classifier(BYTES.float(), torch.tensor([0, 1, 0, 1]), 2), "uint8"),
        (lambda: train_classifier(BYTES, torch.tensor([0, 1]), 2), r"labels have shape \(2,\)"),
        (lambda: train_classifier(BYTES, torch.tensor([0, 1, 2, 1]), 2), "labels reach from 0 to 2: 0 to 1 expected"),
        (lambda: train_classifier(BYTES, torch.tensor([1, 1, 1, 1]), 2), "all labels are the same"),
    ],
)
def test_what_cannot_be_trained_on_is_refused(train: Callable[[], Classifier], message: str) -> None:
    with pytest.raises(GanworksError, match=message):
        train()


def test_images_of_the_wrong_range_are_refused(small: Classifier) -> None:
    with pytest.raises(GanworksError, match=r"float images lie in \[0, 255\]: scale them"):
        small.features(torch.tensor([0.0, 255.0]).expand(1, 1, 8, 2))
    with pytest.raises(GanworksError, match="finite"):
        small.features(torch.full((1, 1, 8, 8), float("nan")))
    with pytest.raises(GanworksError, match="int64"):
        small.features(torch.zeros(1, 1, 8, 8, dtype=torch.int64))
