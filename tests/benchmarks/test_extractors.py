"""The measurement of the extractors in a tiny version."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks import extractors
from ganworks.data.samples import Samples
from ganworks.data.spec import Spec
from ganworks.scores.extractors import classifier_training


def stripes(count: int, seed: int) -> Samples:
    """Rows (0) or columns (1) of noise."""
    draw = np.random.default_rng(seed)
    labels = draw.integers(0, 2, count)
    rows = draw.integers(0, 256, (count, 1, 8, 1), dtype=np.uint8).repeat(8, 3)
    values = np.where(labels[:, None, None, None] == 0, rows, rows.swapaxes(2, 3))
    return Samples("stripes", Spec((1, 8, 8), ("rows", "columns")), values, labels, (), "")


def test_a_classifier_is_trained_timed_and_judged_on_unseen_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier_training, "presented", lambda count: 4 * count)
    found = extractors.of_classifier(stripes(512, 0), stripes(200, 1))
    assert found["accuracy"] >= 0.95 and all(found[key] > 0 for key in extractors.SECONDS)


def test_photographs_lie_in_the_middle_of_a_white_square() -> None:
    square = extractors.on_white(Image.new("RGBA", (4, 2), (255, 0, 0, 255)))
    assert square.shape == (1, 3, 4, 4) and square.dtype == torch.uint8
    assert square[0, 1, :, 0].tolist() == [255, 0, 0, 255]


def test_a_row_for_each_photograph(monkeypatch: pytest.MonkeyPatch) -> None:
    class Network:
        def probabilities(self, images: torch.Tensor) -> torch.Tensor:
            return torch.tensor([[0.1, 0.7, 0.2]]).expand(len(images), 3)

    monkeypatch.setattr(extractors, "extractor", lambda name: Network())
    rows = extractors.recognised("network", {"household/toilet.png": torch.zeros(1, 3, 4, 4)})
    assert rows == [("toilet", 1, 861, pytest.approx(0.7))]
