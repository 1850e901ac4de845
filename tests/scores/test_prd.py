"""Precision and recall for distributions: the published cases (compare_gan, prd_score_test.py), and sets of points."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.k_means import k_means, nearest_centre
from ganworks.scores.prd import f_beta, prd, prd_curve

ONE, OTHER, BOTH = ([1.0, 0.0], [0.0, 1.0], [0.5, 0.5])


def curve(generated: list[float], real: list[float]) -> tuple[list[float], list[float]]:
    precision, recall = prd_curve(torch.tensor(generated), torch.tensor(real), angles=11)
    return precision.tolist(), recall.tolist()


def test_nothing_in_common() -> None:
    precision, recall = curve(OTHER, ONE)
    assert max(precision + recall) == 0


def test_everything_in_common() -> None:
    precision, recall = curve(ONE, ONE)
    assert (precision[5], recall[5]) == pytest.approx((1, 1))


def test_low_precision_and_high_recall() -> None:
    precision, recall = curve(BOTH, ONE)
    assert (precision[5], recall[5], precision[10], recall[1]) == pytest.approx((0.5, 0.5, 0.5, 1))


def test_high_precision_and_low_recall() -> None:
    precision, recall = curve(ONE, BOTH)
    assert (precision[5], recall[5], recall[1], precision[10]) == pytest.approx((0.5, 0.5, 0.5, 1))


@pytest.mark.parametrize(
    ("beta", "expected"),
    [
        (1.0, [1, 0, 0, 0, 0.5, 2 / 3, 2 / 3]),
        (2.0, [1, 0, 0, 0, 0.5, 5 / 9, 5 / 6]),
        (0.5, [1, 0, 0, 0, 0.5, 5 / 6, 5 / 9]),
    ],
)
def test_f_beta_as_published(beta: float, expected: list[float]) -> None:
    precision = torch.tensor([1, 1, 0, 0, 0.5, 1, 0.5], dtype=torch.float64)
    recall = torch.tensor([1, 0, 1, 0, 0.5, 0.5, 1], dtype=torch.float64)
    assert f_beta(precision, recall, beta).tolist() == pytest.approx(expected)


def blobs(centres: list[float], seed: int) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.cat([torch.randn(400 // len(centres), 2, generator=random) + centre for centre in centres])


def test_sets_of_one_distribution_have_both() -> None:
    assert min(prd(blobs([0, 20], 0), blobs([0, 20], 1))) > 0.97


def test_a_dropped_mode_costs_recall_and_an_invented_one_precision() -> None:
    precision, recall = prd(blobs([0], 0), blobs([0, 20], 1))
    assert precision > 0.9 and recall == pytest.approx(0.5, abs=0.05)
    precision, recall = prd(blobs([0, 20], 0), blobs([0], 1))
    assert precision == pytest.approx(0.5, abs=0.05) and recall > 0.9


def test_curves_are_averaged_before_the_best_point_is_sought() -> None:
    """As compare_gan does; the mean of the best points of single curves is larger."""
    fake, true = blobs([0, 3], 0)[:60], blobs([1, 4], 1)[:60]
    both = torch.cat([fake, true]).double()
    both = both - both.mean(0)
    curves = []
    for run in range(3):
        bins = nearest_centre(both, k_means(both, 20, run))
        shares = [torch.bincount(half, minlength=20).double() / 60 for half in (bins[:60], bins[60:])]
        curves.append(torch.stack(prd_curve(shares[0], shares[1])))
    found = prd(fake, true, runs=3)
    for value, beta in zip(found, (1 / 8, 8), strict=True):
        precision, recall = torch.stack(curves).mean(0)
        assert value == pytest.approx(float(f_beta(precision, recall, beta).max()))
        assert value < sum(float(f_beta(*curve, beta).max()) for curve in curves) / 3


def test_order_does_not_count() -> None:
    first, second = blobs([0, 5], 0), blobs([1, 5], 1)
    again = prd(first[torch.randperm(400, generator=torch.Generator().manual_seed(2))], second, runs=20)
    assert again == pytest.approx(prd(first, second, runs=20), abs=0.03)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: prd_curve(torch.tensor([1.0]), torch.tensor([1.0]), angles=1), "1 angles are no curve"),
        (lambda: prd_curve(torch.tensor([0.7, 0.7]), torch.tensor([1.0, 0.0])), "sum to 1"),
        (lambda: prd_curve(torch.tensor([1.0]), torch.tensor([1.0, 0.0])), "of the same bins"),
        (lambda: f_beta(torch.ones(1), torch.ones(1), 0.0), "beta=0.0: a weight > 0"),
        (lambda: prd(torch.zeros(30, 2), torch.zeros(31, 2)), "30 generated and 31 real samples: as many of both"),
        *(
            (lambda wrong=wrong: prd(blobs([0], 0), blobs([0], 1), **wrong), "2 bins or more and at least one run")
            for wrong in ({"bins": 0}, {"bins": 1}, {"bins": -1}, {"runs": 0})
        ),
        (lambda: prd(torch.zeros(30, 2), torch.zeros(30, 2)), "1 distinct samples cannot be put into 20 bins"),
        (lambda: prd(torch.full((30, 2), torch.nan), torch.zeros(30, 2)), "NaN or infinite"),
    ],
)
def test_what_gives_no_number_is_refused(call, message: str) -> None:
    with pytest.raises(GanworksError, match=message):
        call()
