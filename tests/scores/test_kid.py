"""The kernel distance against its definition pair by pair and against torchmetrics; unbiased, bounded in memory."""

from __future__ import annotations

from statistics import mean, stdev

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.scores.drawn import drawn
from torch import Tensor
from torchmetrics.image.kid import poly_mmd

from ganworks.errors import GanworksError
from ganworks.scores import kid as kid_file
from ganworks.scores.evaluation.uncertainty import standard_errors
from ganworks.scores.kid import distances_without_each, kernel_distance, kid, score


def gaussian(count: int, size: int, seed: int) -> Tensor:
    return torch.randn(count, size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def pair_by_pair(x: Tensor, y: Tensor) -> float:
    def kernel(a: Tensor, b: Tensor) -> float:
        return float((a @ b / len(a) + 1) ** 3)

    n, m = len(x), len(y)
    within_x = sum(kernel(x[i], x[j]) for i in range(n) for j in range(n) if i != j)
    within_y = sum(kernel(y[i], y[j]) for i in range(m) for j in range(m) if i != j)
    between = sum(kernel(a, b) for a in x for b in y)
    return within_x / (n * (n - 1)) + within_y / (m * (m - 1)) - 2 * between / (n * m)


@given(st.integers(0, 99), st.integers(2, 7), st.integers(2, 7), st.integers(1, 5))
def test_it_is_its_definition_pair_by_pair(seed: int, n: int, m: int, size: int) -> None:
    x, y = gaussian(n, size, seed), gaussian(m, size, seed + 1) + 0.5
    assert kernel_distance(x, y) == pytest.approx(pair_by_pair(x, y), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("size", [2, 64, 300])
def test_it_agrees_with_torchmetrics(size: int) -> None:
    x, y = gaussian(200, size, 0) * 1.1, gaussian(200, size, 1) + 0.1
    oracle = float(poly_mmd(y, x))
    assert kernel_distance(x, y) == pytest.approx(oracle, rel=1e-9)
    assert kid(x, y) == (pytest.approx(oracle, rel=1e-9), 0)


def test_subsets_are_drawn_from_both_sets_by_name() -> None:
    x, y = gaussian(300, 8, 0), gaussian(400, 8, 1)
    torch.manual_seed(5)
    before = torch.get_rng_state()
    mean, deviation = kid(x, y, subsets=20, size=100)
    assert torch.equal(torch.get_rng_state(), before)
    assert kid(x, y, subsets=20, size=100) == (mean, deviation)
    assert kid(x, y, subsets=20, size=100, seed=1)[0] != mean
    assert deviation > 0 and abs(mean - kernel_distance(x, y)) < 3 * deviation


def test_it_is_unbiased_where_nothing_differs_and_may_be_negative() -> None:
    values = torch.tensor([kernel_distance(gaussian(50, 16, 2 * n), gaussian(50, 16, 2 * n + 1)) for n in range(300)])
    error = float(values.std()) / 300**0.5
    assert abs(float(values.mean())) < 3 * error < 0.01
    assert 0.3 < float((values < 0).double().mean()) < 0.7


def test_a_shift_is_found_as_large_from_few_samples_as_from_many() -> None:
    few = [kernel_distance(gaussian(20, 4, n), gaussian(20, 4, n + 500) + 1) for n in range(200)]
    many = kernel_distance(gaussian(5000, 4, 1), gaussian(5000, 4, 2) + 1)
    assert sum(few) / 200 == pytest.approx(many, rel=0.1)


@given(st.integers(0, 99), st.integers(2, 40), st.integers(1, 20))
def test_order_and_rotation_change_nothing_and_sides_are_alike(seed: int, count: int, size: int) -> None:
    x, y = gaussian(count, size, seed), gaussian(count + 5, size, seed + 1) * 2
    expected = pytest.approx(kernel_distance(x, y), rel=1e-8, abs=1e-8)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    rotation = torch.linalg.qr(gaussian(size, size, seed + 2)).Q
    assert kernel_distance(x[order], y) == expected
    assert kernel_distance(x @ rotation, y @ rotation) == expected
    assert kernel_distance(y, x) == expected


def test_small_blocks_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = gaussian(101, 8, 0), gaussian(57, 8, 1)
    whole = kernel_distance(x, y)
    monkeypatch.setattr(kid_file, "_BLOCK", 300)
    assert kernel_distance(x, y) == pytest.approx(whole, rel=1e-12)


def test_without_each_group_is_the_distance_of_all_others() -> None:
    groups = [(drawn(20 + n, n, shift=1.0), drawn(30 - n, n + 9)) for n in range(4)]
    for left_out, found in enumerate(distances_without_each(groups)):
        others = groups[:left_out] + groups[left_out + 1 :]
        fake, real = (torch.cat([side.features for side in sides]) for sides in zip(*others, strict=True))
        assert found == pytest.approx(kernel_distance(fake, real), rel=1e-9)


@pytest.mark.parametrize(("shift", "least", "most"), [(0.5, 0.85, 1.15), (0.0, 1.1, 1.6)])
def test_its_standard_error_is_the_spread_over_new_samples(shift: float, least: float, most: float) -> None:
    """Where nothing differs the estimate is of second order, of which a jackknife doubles the variance."""
    values, errors = [], []
    for seed in range(150):
        generated, real = drawn(300, seed, shift, dimensions=8), drawn(300, 1000 + seed, dimensions=8)
        values.append(score.compute(generated, real))
        errors.append(standard_errors(score, values[-1], generated, real)["kid"] or 0.0)
    assert least < mean(errors) / stdev(value["kid"] for value in values) < most


def test_too_few_samples_and_subsets_are_refused() -> None:
    for ask in (kernel_distance, kid):
        for counts in ((1, 5), (5, 1)):
            with pytest.raises(GanworksError, match="N ≥ 2"):
                ask(*(gaussian(count, 2, 0) for count in counts))
    for wrong in ({"size": 1}, {"subsets": 0}):
        with pytest.raises(GanworksError, match="at least one subset of 2"):
            kid(gaussian(5, 2, 0), gaussian(5, 2, 1), **wrong)
