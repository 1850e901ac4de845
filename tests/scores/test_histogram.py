"""What the class histogram says of collapse, on cases whose answer is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.histogram import (
    class_histogram,
    label_histogram,
    mean_top_confidence,
    rarest_share,
)
from ganworks.theory.divergences import total_variation

ONE_OF_FOUR = torch.eye(4)


def test_every_class_once_is_uniform() -> None:
    histogram = class_histogram(ONE_OF_FOUR)
    assert histogram.tolist() == [0.25] * 4
    assert rarest_share(histogram) == 0.25
    assert mean_top_confidence(ONE_OF_FOUR) == 1


def test_a_dropped_class_has_share_zero_and_shows_in_total_variation() -> None:
    real = label_histogram(torch.tensor([0, 1, 2, 3]), classes=4)
    collapsed = class_histogram(ONE_OF_FOUR[torch.tensor([0, 0, 1, 2])])
    assert rarest_share(collapsed) == 0
    assert total_variation(collapsed, real) == 0.25
    assert total_variation(class_histogram(ONE_OF_FOUR[:1]), class_histogram(ONE_OF_FOUR[1:2])) == 1
    assert total_variation(real, real) == 0


def test_confidence_is_the_mean_of_the_highest_probability() -> None:
    assert mean_top_confidence(torch.tensor([[0.9, 0.1], [0.4, 0.6]])) == pytest.approx(0.75)
    assert mean_top_confidence(torch.full((3, 4), 0.25)) == 0.25


@pytest.mark.parametrize(
    "ask",
    [
        lambda: class_histogram(torch.tensor([[2.0, -1.0]])),
        lambda: class_histogram(torch.tensor([[float("nan"), 1.0]])),
        lambda: class_histogram(torch.ones(0, 3)),
        lambda: mean_top_confidence(torch.ones(3)),
        lambda: label_histogram(torch.tensor([0, 4]), classes=4),
        lambda: label_histogram(torch.tensor([], dtype=torch.int64), classes=4),
        lambda: total_variation(torch.tensor([0.5, 0.5]), torch.tensor([0.5, 0.25, 0.25])),
        lambda: total_variation(torch.tensor([0.5, 0.4]), torch.tensor([0.5, 0.5])),
    ],
)
def test_what_is_no_distribution_is_refused(ask: Callable[[], Tensor | float]) -> None:
    with pytest.raises(GanworksError):
        ask()


def test_arrays_are_labels_too_and_floats_are_none() -> None:
    labels = torch.tensor([0, 2, 2, 1])
    assert torch.equal(label_histogram(labels.numpy(), 3), label_histogram(labels, 3))
    with pytest.raises(GanworksError, match="integers from 0 to 2"):
        label_histogram(labels.float(), 3)
