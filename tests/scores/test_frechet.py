"""The Fréchet distance against published values, scipy's matrix square root, and its own laws."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import reduce
from operator import add

import pytest
import scipy.linalg
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torchmetrics.image.fid import _compute_fid as torchmetrics_fid

from ganworks.errors import GanworksError
from ganworks.scores.frechet import FeatureStatistics, frechet_distance, frechet_distance_of


def features(count: int, size: int, seed: int, rank: int | None = None) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    latent = torch.randn(count, rank or size, generator=generator, dtype=torch.float64)
    return latent @ torch.randn(rank or size, size, generator=generator, dtype=torch.float64) + seed


def by_matrix_square_root(mean1: Tensor, cov1: Tensor, mean2: Tensor, cov2: Tensor) -> float:
    root = torch.as_tensor(scipy.linalg.sqrtm((cov1 @ cov2).numpy())).real
    return float((mean1 - mean2).square().sum() + (cov1 + cov2 - 2 * root).trace())


def test_unit_gaussians_one_apart_in_2048_dimensions() -> None:
    """pytorch-fid, tests/test_fid_score.py."""
    identity = torch.eye(2048)
    assert frechet_distance(torch.zeros(2048), identity, torch.ones(2048), identity) == pytest.approx(2048, abs=1e-6)


def test_the_published_example_of_two_dimensions() -> None:
    """compare_gan, fid_score_test.py: 89.0909 with a covariance over N - 1."""
    halves = torch.arange(100) < 50
    real = torch.stack([torch.where(halves, 2.0, 1.0), torch.ones(100)], 1)
    fake = torch.stack([torch.where(halves, 9.0, 2.0), torch.full((100,), 9.0)], 1)
    distance = FeatureStatistics.of(real).distance(FeatureStatistics.of(fake))
    assert distance == pytest.approx(89.0909, abs=5e-5)


def test_commuting_covariances_have_a_closed_form() -> None:
    a, b = torch.tensor([1.0, 4.0, 9.0]), torch.tensor([4.0, 0.0, 1.0])
    expected = float((a.sqrt() - b.sqrt()).square().sum())
    assert frechet_distance(torch.zeros(3), a.diag(), torch.zeros(3), b.diag()) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("size", "seed"), [(2, 0), (16, 1), (64, 2), (200, 3)])
def test_full_rank_equals_the_matrix_square_root(size: int, seed: int) -> None:
    a, b = (FeatureStatistics.of(features(4 * size, size, seed + n)) for n in range(2))
    oracle = by_matrix_square_root(a.mean, a.covariance, b.mean, b.covariance)
    assert a.distance(b) == pytest.approx(oracle, rel=1e-6)


@pytest.mark.parametrize("rank", [None, 20, 1])
def test_a_set_is_at_distance_zero_from_itself(rank: int | None) -> None:
    a = FeatureStatistics.of(features(100, 128, 0, rank))
    assert a.distance(a) <= 1e-9 * float(a.covariance.trace())


def test_singular_covariances_agree_with_the_distance_inside_their_span() -> None:
    """Rank-10 features embedded in 80 dimensions by an isometry keep their distance."""
    isometry = torch.linalg.qr(features(80, 10, 5)).Q.T
    a, b = features(500, 10, 1), features(500, 10, 2)
    inside = FeatureStatistics.of(a).distance(FeatureStatistics.of(b))
    outside = FeatureStatistics.of(a @ isometry).distance(FeatureStatistics.of(b @ isometry))
    assert outside == pytest.approx(inside, rel=1e-9)


def test_symmetric_and_unchanged_by_rotation() -> None:
    a, b = features(300, 24, 1), features(200, 24, 2)
    rotation = torch.linalg.qr(features(24, 24, 3)).Q
    there = FeatureStatistics.of(a).distance(FeatureStatistics.of(b))
    assert FeatureStatistics.of(b).distance(FeatureStatistics.of(a)) == pytest.approx(there, rel=1e-9)
    turned = FeatureStatistics.of(a @ rotation).distance(FeatureStatistics.of(b @ rotation))
    assert turned == pytest.approx(there, rel=1e-9)


@pytest.mark.parametrize(("size", "draws", "expected"), [(64, 20, 0.4405), (256, 2, 6.66), (512, 1, 26.56)])
def test_two_samples_of_one_gaussian_are_as_far_apart_as_their_size_tells(
    size: int, draws: int, expected: float
) -> None:
    """2D/n + D(D + 1)/2n for n = 5000, and what was measured elsewhere."""
    draw = torch.Generator().manual_seed(0)
    pairs = [[torch.randn(5000, size, generator=draw) for _ in range(2)] for _ in range(draws)]
    distance = sum(frechet_distance_of(*pair) for pair in pairs) / draws
    assert distance == pytest.approx(expected, rel=0.01)
    assert distance == pytest.approx(2 * size / 5000 + size * (size + 1) / 10_000, rel=0.01)


def decaying(count: int, size: int, seed: int, decay: float) -> Tensor:
    return features(count, size, seed) * torch.exp(-decay * torch.arange(size) / size)


@pytest.mark.parametrize("size", [8, 64, 300])
def test_full_rank_agrees_with_torchmetrics(size: int) -> None:
    a, b = (FeatureStatistics.of(features(5 * size, size, seed)) for seed in (1, 2))
    oracle = float(torchmetrics_fid(a.mean, a.covariance, b.mean, b.covariance))
    assert a.distance(b) == pytest.approx(oracle, rel=1e-6)


@pytest.mark.parametrize(("rank", "decay"), [(20, 0.0), (1, 0.0), (None, 8.0), (None, 16.0), (None, 30.0)])
def test_low_rank_agrees_with_torchmetrics_as_far_as_it_is_exact(rank: int | None, decay: float) -> None:
    weights = torch.exp(-decay * torch.arange(100) / 100)
    a, b = (FeatureStatistics.of(features(400, 100, seed, rank) * weights) for seed in (1, 2))
    trace = float(a.covariance.trace() + b.covariance.trace())
    oracle = float(torchmetrics_fid(a.mean, a.covariance, b.mean, b.covariance))
    assert a.distance(b) == pytest.approx(oracle, abs=1e-6 * trace)
    assert b.distance(a) == pytest.approx(a.distance(b), abs=1e-7 * trace)
    assert a.distance(a) <= 1e-7 * trace


def test_identical_features_give_zero_where_the_eigenvalue_formula_falls_below() -> None:
    a = FeatureStatistics.of(features(100, 300, 0))
    gaussians = (a.mean, a.covariance) * 2
    assert float(torchmetrics_fid(*gaussians)) < -1e-6
    assert 0 <= frechet_distance(*gaussians) <= 1e-9 * float(a.covariance.trace())


@pytest.mark.filterwarnings("ignore:Matrix is singular")
@pytest.mark.parametrize("constant", [(), (3,), (0, 1, 2), range(12)])
def test_features_that_are_constant_in_one_set_add_what_they_vary_in_the_other(constant: Sequence[int]) -> None:
    a, b = features(100, 12, 1), features(100, 12, 2)
    a[:, list(constant)] = 7.0
    gaussians = [part for rows in (a, b) for part in (rows.mean(0), torch.cov(rows.T))]
    assert frechet_distance_of(a, b) == pytest.approx(by_matrix_square_root(*gaussians), rel=1e-6)


@pytest.mark.parametrize("counts", [(2, 3), (30, 50), (199, 20), (200, 30)])
def test_few_samples_give_what_their_covariances_would(counts: tuple[int, int]) -> None:
    a, b = (features(count, 200, seed) for seed, count in enumerate(counts))
    by_covariance = FeatureStatistics.of(a).distance(FeatureStatistics.of(b))
    assert frechet_distance_of(a, b) == pytest.approx(by_covariance, rel=1e-9)
    assert frechet_distance_of(a, a) <= 1e-9 * float(a.var(0).sum())


@given(st.integers(0, 99), st.integers(2, 60), st.integers(1, 40), st.floats(0, 20))
def test_order_rotation_and_shift_change_nothing(seed: int, count: int, size: int, decay: float) -> None:
    a, b = decaying(count, size, seed, decay), decaying(count + 3, size, seed + 1, decay)
    scale = float(a.square().sum() + b.square().sum()) / count
    expected = pytest.approx(frechet_distance_of(a, b), abs=1e-6 * scale)
    shuffled = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    rotation = torch.linalg.qr(features(size, size, seed + 2)).Q
    assert frechet_distance_of(a[shuffled], b) == expected
    assert frechet_distance_of(a @ rotation + 5, b @ rotation + 5) == expected
    assert frechet_distance_of(b, a) == expected


@given(st.integers(0, 99), st.floats(0.1, 5))
def test_shift_and_scale_have_their_closed_forms(seed: int, by: float) -> None:
    rows = features(50, 6, seed)
    trace = float(torch.cov(rows.T).trace())
    shift = float((rows.mean(0) * (by - 1)).square().sum())
    assert frechet_distance_of(rows, rows + by) == pytest.approx(6 * by**2, rel=1e-6)
    assert frechet_distance_of(rows, rows * by) == pytest.approx(shift + trace * (by - 1) ** 2, rel=1e-6, abs=1e-9)


def test_batches_add_up_to_the_whole_whatever_their_sizes_and_order() -> None:
    rows = features(1000, 32, 7).float() + 1000
    whole = FeatureStatistics.of(rows)
    parts = [FeatureStatistics.of(part) for part in rows.split([1, 499, 300, 200])]
    for order in (parts, parts[::-1]):
        together = reduce(add, order)
        assert together.count == 1000
        torch.testing.assert_close(together.mean, whole.mean, rtol=1e-12, atol=0)
        torch.testing.assert_close(together.covariance, whole.covariance, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(whole.covariance, torch.cov(rows.double().T), rtol=1e-9, atol=1e-9)


def test_faster_than_the_matrix_square_root_at_256_dimensions() -> None:
    a, b = (FeatureStatistics.of(features(1000, 256, n)) for n in range(2))
    gaussians = (a.mean, a.covariance, b.mean, b.covariance)

    def best(measure: object) -> float:
        assert callable(measure)
        seconds = []
        for _ in range(5):
            start = time.perf_counter()
            measure(*gaussians)
            seconds.append(time.perf_counter() - start)
        return min(seconds)

    assert best(by_matrix_square_root) >= 1.3 * best(frechet_distance)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (torch.tensor([[1.0, float("nan")], [0.0, 1.0]]), "1 values of the features are NaN or infinite"),
        (torch.ones(3), r"shape \(3,\): N×D"),
        (torch.ones(0, 3), r"shape \(0, 3\): N×D"),
    ],
)
def test_features_that_give_no_number_are_refused(broken: Tensor, message: str) -> None:
    with pytest.raises(GanworksError, match=message):
        FeatureStatistics.of(broken)


def test_one_sample_other_dimensions_and_no_covariance_are_refused() -> None:
    two, three = FeatureStatistics.of(features(9, 2, 0)), FeatureStatistics.of(features(9, 3, 0))
    with pytest.raises(GanworksError, match="at least 2 samples"):
        FeatureStatistics.of(features(1, 2, 0)).distance(two)
    for unequal in (lambda: two.distance(three), lambda: two + three):
        with pytest.raises(GanworksError, match="the same extractor"):
            unequal()
    indefinite = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    for none in (-torch.eye(2), indefinite):
        for pair in ((none, two.covariance), (two.covariance, none), (none, none)):
            with pytest.raises(GanworksError, match="negative eigenvalue"):
                frechet_distance(two.mean, pair[0], two.mean, pair[1])
    asymmetric = torch.tensor([[1.0, 0.9], [0.0, 1.0]])
    slightly_negative = torch.diag(torch.tensor([1.0, 1.0, -0.5])), torch.diag(torch.tensor([1.0, 1.0, 0.0]))
    for pair, message in (((asymmetric, torch.eye(2)), "not symmetric, by up to 0.9"), (slightly_negative, "negative")):
        for first, second in (pair, pair[::-1]):
            with pytest.raises(GanworksError, match=message):
                frechet_distance(torch.zeros(len(first)), first, torch.zeros(len(first)), second)
    with pytest.raises(GanworksError, match="shape"):
        frechet_distance(two.mean, three.covariance, two.mean, two.covariance)
