"""The Inception Score at its bounds and against its definition; the Mode Score where it is more, and where not."""

from __future__ import annotations

from itertools import pairwise
from math import exp, log

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torchmetrics.image.inception import InceptionScore

from ganworks.errors import GanworksError
from ganworks.scores.inception_score import inception_score
from ganworks.scores.mode_score import mode_score


def verdicts(count: int, classes: int, seed: int, sure: float = 2.0) -> Tensor:
    logits = torch.randn(count, classes, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return (sure * logits).softmax(1)


def often_quoted(generated: Tensor, train: Tensor) -> float:
    """exp(E KL(p(y|x) ‖ p_train) − KL(p_gen ‖ p_train))."""
    shares = generated.mean(0)
    single = (generated * (generated / train).log()).sum(1).mean()
    return float((single - (shares * (shares / train).log()).sum()).exp())


@pytest.mark.parametrize("classes", [2, 10, 1000])
def test_the_bounds_are_one_and_the_number_of_classes(classes: int) -> None:
    same = verdicts(1, classes, 0).expand(2 * classes, -1)
    assert inception_score(same, splits=2) == (pytest.approx(1, abs=1e-12), pytest.approx(0, abs=1e-12))
    assert inception_score(torch.eye(classes), splits=1)[0] == pytest.approx(classes, rel=1e-12)


@pytest.mark.filterwarnings("ignore")
def test_one_split_agrees_with_torchmetrics() -> None:
    logits = torch.randn(300, 10, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    oracle = InceptionScore(feature=torch.nn.Identity(), splits=1).set_dtype(torch.float64)
    oracle.update(logits)
    assert inception_score(logits.softmax(1), splits=1)[0] == pytest.approx(float(oracle.compute()[0]), rel=1e-9)


def test_splits_are_parts_of_one_shuffle_with_mean_and_deviation_as_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Salimans et al., improved-gan/inception_score/model.py, restated."""
    rows = verdicts(103, 5, 1)
    monkeypatch.setattr(torch, "randperm", lambda count, generator: torch.arange(count))
    scores = []
    for i in range(10):
        part = rows.numpy()[i * 103 // 10 : (i + 1) * 103 // 10]
        single = part * (np.log(part) - np.log(part.mean(0, keepdims=True)))
        scores.append(np.exp(single.sum(1).mean()))
    assert inception_score(rows) == pytest.approx((np.mean(scores), np.std(scores)), rel=1e-9)


def test_sorted_and_cycling_classes_fill_every_split() -> None:
    cycling = torch.eye(10).repeat(100, 1)
    assert inception_score(cycling)[0] > 9
    assert inception_score(torch.eye(10).repeat_interleave(100, 0))[0] > 9


@given(st.integers(0, 99), st.integers(2, 30), st.integers(2, 12), st.floats(0, 20))
def test_order_of_samples_and_classes_changes_nothing(seed: int, count: int, classes: int, sure: float) -> None:
    rows, real = verdicts(count, classes, seed, sure), verdicts(17, classes, seed + 1)
    draw = torch.Generator().manual_seed(seed)
    order, names = torch.randperm(count, generator=draw), torch.randperm(classes, generator=draw)
    value, moded = inception_score(rows, splits=1)[0], mode_score(rows, real, splits=1)
    assert 1 <= value <= classes + 1e-9
    assert 0 <= moded <= value + 1e-9
    assert inception_score(rows[order][:, names], splits=1)[0] == pytest.approx(value, rel=1e-9)
    assert mode_score(rows[order][:, names], real[:, names], splits=1) == pytest.approx(moded, rel=1e-9)


@given(st.integers(0, 99), st.floats(0.1, 8))
def test_the_form_often_quoted_is_the_inception_score_whatever_the_training_classes(seed: int, sure: float) -> None:
    rows = verdicts(40, 6, seed, sure)
    value = inception_score(rows, splits=1)[0]
    for train in (torch.full((6,), 1 / 6, dtype=torch.float64), verdicts(1, 6, seed + 1, 3)[0]):
        assert often_quoted(rows, train) == pytest.approx(value, rel=1e-9)
    skewed = verdicts(1, 6, seed + 1, 3)
    assert mode_score(rows, rows, splits=1) == pytest.approx(value, rel=1e-9)
    assert mode_score(rows, skewed, splits=1) < value


@given(st.integers(0, 99), st.floats(0.1, 20))
def test_the_mode_score_is_never_more_also_over_splits(seed: int, sure: float) -> None:
    rows = verdicts(200, 6, seed, sure)
    value, moded = inception_score(rows)[0], mode_score(rows, rows)
    assert moded == pytest.approx(value, rel=1e-12)
    assert mode_score(rows, verdicts(1, 6, seed + 1, 3)) < value


def test_dropped_classes_lower_the_mode_score_by_what_they_held() -> None:
    values = [mode_score(torch.eye(10)[: 10 - dropped].repeat(2, 1), torch.eye(10), splits=1) for dropped in range(10)]
    assert values == pytest.approx([(10 - dropped) ** 2 / 10 for dropped in range(10)], rel=1e-9)


def test_dropping_the_most_frequent_class_raises_the_inception_score_and_lowers_ours() -> None:
    real = torch.eye(3)[torch.tensor([0] * 18 + [1, 2])]
    dropped = real[18:]
    assert inception_score(real, splits=1)[0] == pytest.approx(exp(-0.9 * log(0.9) - 0.1 * log(0.05)), rel=1e-6)
    assert inception_score(dropped, splits=1)[0] == pytest.approx(2)
    assert mode_score(real, real, splits=1) > 1.4
    assert mode_score(dropped, real, splits=1) == pytest.approx(0.2)


def test_more_confusion_means_less() -> None:
    values = [inception_score(verdicts(500, 10, 0, sure))[0] for sure in (8.0, 4.0, 2.0, 1.0, 0.5)]
    assert all(later < earlier for earlier, later in pairwise(values))


def test_a_class_that_training_never_had_makes_zero() -> None:
    assert mode_score(torch.eye(3), torch.eye(3)[:2], splits=1) == 0


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (torch.randn(30, 3, generator=torch.Generator().manual_seed(0)), "logits need a softmax"),
        (torch.full((30, 3), 0.5), "sum to 1"),
        (torch.full((30, 3), float("nan")), "90 values of the class probabilities are NaN"),
        (torch.ones(30), "N×D"),
        (torch.ones(0, 3), "N×D"),
    ],
)
def test_what_is_no_probability_is_refused(broken: Tensor, message: str) -> None:
    for ask in (lambda: inception_score(broken), lambda: mode_score(broken, torch.eye(3))):
        with pytest.raises(GanworksError, match=message):
            ask()


def test_too_few_samples_and_other_classes_are_refused() -> None:
    with pytest.raises(GanworksError, match="19 samples in 10 splits"):
        inception_score(verdicts(19, 3, 0))
    with pytest.raises(GanworksError, match="0 splits"):
        mode_score(verdicts(19, 3, 0), torch.eye(3), splits=0)
    with pytest.raises(GanworksError, match="3 classes and real ones 4"):
        mode_score(torch.eye(3), torch.eye(4))
