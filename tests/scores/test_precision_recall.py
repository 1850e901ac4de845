"""Precision, recall, density and coverage against the authors' package, their definitions, and what chance gives."""

from __future__ import annotations

import contextlib
import io

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from prdc import compute_prdc
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores import neighbours
from ganworks.scores.density_coverage import density_coverage, expected_coverage
from ganworks.scores.precision_recall import precision_recall


def gaussian(count: int, size: int, seed: int) -> Tensor:
    return torch.randn(count, size, generator=torch.Generator().manual_seed(seed))


def prdc(fake: Tensor, real: Tensor, k: int) -> tuple[float, float, float, float]:
    with contextlib.redirect_stdout(io.StringIO()):
        found = compute_prdc(real.numpy(), fake.numpy(), nearest_k=k)
    return found["precision"], found["recall"], found["density"], found["coverage"]


def of_both(fake: Tensor, real: Tensor, k: int) -> tuple[float, float, float, float]:
    return *precision_recall(fake, real, k), *density_coverage(fake, real, k)


def by_definition(fake: Tensor, real: Tensor, k: int) -> tuple[float, float, float, float]:
    """On whole numbers, whose squared distances are exact: ≤ for precision and recall, < for density and coverage."""

    def squared(a: Tensor, b: Tensor) -> Tensor:
        return (a[:, None].long() - b[None].long()).square().sum(2)

    def radii(points: Tensor) -> Tensor:
        return squared(points, points).sort(1).values[:, k]

    apart = squared(real, fake)
    precision = (apart <= radii(real)[:, None]).any(0).double().mean()
    recall = (apart <= radii(fake)).any(1).double().mean()
    inside = apart < radii(real)[:, None]
    return float(precision), float(recall), int(inside.sum()) / (k * len(fake)), float(inside.any(1).double().mean())


@pytest.mark.parametrize("k", [1, 3, 5, 10])
@pytest.mark.parametrize(
    ("n", "m", "size", "offset"), [(300, 300, 2, 0.5), (200, 350, 16, 100.0), (400, 150, 200, 0.0)]
)
def test_exactly_what_the_authors_package_says(n: int, m: int, size: int, offset: float, k: int) -> None:
    fake, real = gaussian(n, size, 0) * 0.9 + offset, gaussian(m, size, 1) + offset
    assert of_both(fake, real, k) == pytest.approx(prdc(fake, real, k), rel=1e-14)  # no count differs


@given(st.integers(0, 999), st.integers(6, 30), st.integers(6, 30), st.integers(1, 3), st.integers(1, 5))
def test_ties_count_for_precision_and_recall_and_not_for_density_and_coverage(
    seed: int, n: int, m: int, size: int, k: int
) -> None:
    draw = torch.Generator().manual_seed(seed)
    fake, real = (torch.randint(-3, 4, (count, size), generator=draw).float() for count in (n, m))
    assume(bool((torch.cdist(real, real).sort(1).values[:, k] > 0).any()))
    expected = by_definition(fake, real, k)
    assert of_both(fake, real, k) == pytest.approx(expected, abs=1e-12)
    assert of_both(fake.double() / 3 + 8, real.double() / 3 + 8, k) == pytest.approx(expected, abs=1e-12)


def test_gaussians_of_1000_dimensions_are_as_the_authors_package_says() -> None:
    """Its example, N(0, I) twice, of 400 instead of 10,000 samples, for which it gives .4772, .4705, 1.0555, .9735."""
    sets = [(gaussian(400, 1000, 2 * n), gaussian(400, 1000, 2 * n + 1)) for n in range(5)]
    found = torch.tensor([of_both(*pair, 5) for pair in sets])
    assert found[0].tolist() == pytest.approx(prdc(*sets[0], 5), rel=1e-6)
    _, _, density, coverage = found.mean(0).tolist()
    spread = found.std(0).tolist()
    for expected, published, mean, single in (
        (1, 1.0555, density, spread[2]),
        (expected_coverage(400, 400), 0.9735, coverage, spread[3]),
    ):
        assert abs(mean - expected) < 3 * single / 5**0.5 and abs(mean - published) < 3 * single
    assert found[:, :2].mean() == pytest.approx(0.63, abs=0.06), "few samples leave large balls"


def test_real_samples_without_a_neighbourhood_are_refused() -> None:
    one, many = torch.full((40, 3), 0.1), gaussian(40, 3, 0)
    for generated in (one, many):
        with pytest.raises(GanworksError, match="no real sample differs from its 5 nearest others"):
            density_coverage(generated, one)
    assert density_coverage(one, many)[0] >= 0
    twice = torch.cat([one, many])
    assert density_coverage(twice, twice)[1] == 0.5, "half of them have one"


@given(st.integers(0, 99), st.integers(7, 40), st.integers(1, 8))
def test_a_set_against_itself_is_perfect(seed: int, count: int, size: int) -> None:
    rows = gaussian(count, size, seed)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    assert of_both(rows[order], rows, 5) == pytest.approx((1, 1, 1, 1), abs=1e-12)


@given(st.integers(0, 99), st.integers(8, 40), st.integers(8, 40), st.floats(0.1, 3), st.floats(-2, 2))
def test_order_rotation_shift_and_scale_change_nothing(seed: int, n: int, m: int, wide: float, shift: float) -> None:
    fake, real = gaussian(n, 4, seed).double() * wide, gaussian(m, 4, seed + 1).double()
    expected = pytest.approx(of_both(fake, real, 3), abs=1e-12)
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    rotation = torch.linalg.qr(gaussian(4, 4, seed + 2).double()).Q
    assert of_both(fake[order], real, 3) == expected
    assert of_both((fake @ rotation + shift) * wide, (real @ rotation + shift) * wide, 3) == expected
    swapped = precision_recall(real, fake, 3)
    assert swapped[::-1] == precision_recall(fake, real, 3)
    assert all(0 <= share <= 1 for share in (*swapped, density_coverage(fake, real, 3)[1]))


def test_a_narrow_generator_is_precise_and_recalls_little() -> None:
    """torch-fidelity, test_prc_convention.py."""
    precision, recall = precision_recall(0.1 * gaussian(200, 16, 0), 3 * gaussian(200, 16, 1))
    assert precision > 0.8 and recall < 0.3


@pytest.mark.parametrize(("count", "k", "published"), [(10_000, 5, 0.96877), (10_000, 3, 0.8750)])
def test_the_coverage_that_chance_gives_is_the_published_one(count: int, k: int, published: float) -> None:
    assert expected_coverage(count, count, k) == pytest.approx(published, abs=5e-5)
    assert expected_coverage(10**9, 10**9, k) == pytest.approx(1 - 2**-k, abs=1e-8)


@pytest.mark.parametrize(("n", "m", "k"), [(100, 100, 5), (50, 200, 3), (200, 80, 1)])
def test_chance_gives_the_expected_coverage_and_density_one(n: int, m: int, k: int) -> None:
    values = torch.tensor([density_coverage(gaussian(n, 2, 2 * i), gaussian(m, 2, 2 * i + 1), k) for i in range(150)])
    error = values.std(0) / 150**0.5
    expected = torch.tensor([1.0, expected_coverage(n, m, k)])
    assert bool(((values.mean(0) - expected).abs() < 3.5 * error).all()) and float(error.max()) < 0.03


def test_small_blocks_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    fake, real = gaussian(101, 6, 0), gaussian(83, 6, 1)
    whole = of_both(fake, real, 4)
    monkeypatch.setattr(neighbours, "_BLOCK", 500)
    assert of_both(fake, real, 4) == whole


def test_samples_far_away_are_in_nothing() -> None:
    assert of_both(gaussian(20, 3, 0) + 1e4, gaussian(20, 3, 1), 3) == (0, 0, 0, 0)


def test_too_few_samples_and_neighbours_are_refused() -> None:
    few, many = gaussian(5, 2, 0), gaussian(50, 2, 1)
    for ask in (
        lambda: precision_recall(few, many, 5),
        lambda: precision_recall(many, few, 5),
        lambda: density_coverage(many, few, 5),
        lambda: density_coverage(many, few, 0),
        lambda: expected_coverage(50, 5, 5),
    ):
        with pytest.raises(GanworksError, match="1 ≤ k ≤ 4"):
            ask()
    assert density_coverage(few, many, 5)[0] >= 0
