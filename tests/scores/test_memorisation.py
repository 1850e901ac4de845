"""Copies give extreme values, honest samples do not, whatever else is wrong with them."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, norm
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.memorisation import mann_whitney, memorisation
from ganworks.scores.neighbours import nearest


def gaussian(count: int, seed: int, size: int = 8) -> Tensor:
    return torch.randn(count, size, generator=torch.Generator().manual_seed(seed))


def test_honest_samples_are_rarely_copies_and_c_t_is_about_zero() -> None:
    values = torch.tensor([memorisation(gaussian(400, 2 * n), gaussian(400, 2 * n + 1)) for n in range(40)])
    assert 0.005 < float(values[:, 0].mean()) < 0.02
    assert abs(float(values[:, 1].mean())) < 0.4 and float(values[:, 1].abs().max()) < 3


def test_held_out_samples_take_the_part_of_honest_ones() -> None:
    train = gaussian(500, 0)
    honest = memorisation(gaussian(500, 1), train, held_out=gaussian(500, 2))
    copies = memorisation(train, train, held_out=gaussian(500, 2))
    assert honest[0] < 0.03 and abs(honest[1]) < 3
    assert copies[0] == 1 and copies[1] < -8


@pytest.mark.parametrize("noise", [0.0, 1e-6, 0.1])
def test_copies_are_exposed_also_under_a_little_noise(noise: float) -> None:
    train = gaussian(500, 0)
    copied, c_t = memorisation(train + noise * gaussian(500, 1), train)
    assert copied > 0.95 and c_t < -6


def test_copies_of_a_few_samples_over_and_over_are_exposed() -> None:
    train = gaussian(500, 0)
    assert memorisation(train[:5].repeat(100, 1), train)[0] == 1


def test_copies_of_samples_that_the_training_set_holds_twice_are_exposed() -> None:
    once = gaussian(300, 0)
    train = torch.cat([once, once[:30], once[:30]])
    copied = memorisation(once, train)[0]
    assert copied == 1
    assert memorisation(gaussian(300, 1), train)[0] < 0.03


def test_a_generator_collapsed_onto_a_rare_region_gets_its_number_too() -> None:
    train = torch.cat([gaussian(995, 0), 100 + gaussian(5, 1)])
    fake = 100 + gaussian(500, 2)
    assert memorisation(fake, train)[1] > 0 > memorisation(train[-5:].repeat(100, 1), train)[1]


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_a_poor_generator_is_not_called_a_copier(scale: float) -> None:
    copied, c_t = memorisation(scale * gaussian(500, 1), gaussian(500, 0))
    assert copied < 0.03
    assert (c_t > 3) is (scale > 1)


def test_order_and_rotation_change_no_share() -> None:
    fake, train = gaussian(300, 1), gaussian(300, 0)
    fake[:50] = train[:50]
    order = torch.randperm(300, generator=torch.Generator().manual_seed(0))
    rotation = torch.linalg.qr(gaussian(8, 5)).Q.double()
    copied, c_t = memorisation(fake, train)
    assert memorisation(fake[order], train) == (copied, pytest.approx(c_t, abs=1e-9))
    assert memorisation(fake @ rotation.float() + 3, train @ rotation.float() + 3)[0] == pytest.approx(copied, abs=0.01)


@given(st.integers(0, 99), st.integers(8, 40), st.integers(8, 40), st.floats(-2, 2))
def test_the_u_statistic_is_scipys(seed: int, n: int, m: int, shift: float) -> None:
    first, second = gaussian(n, seed, 1)[:, 0].double() + shift, gaussian(m, seed + 1, 1)[:, 0].double()
    u = mannwhitneyu(first, second, use_continuity=False, method="asymptotic", alternative="less")
    assert norm.cdf(mann_whitney(first, second)) == pytest.approx(float(u.pvalue), abs=1e-9)
    assert mann_whitney(second, first) == pytest.approx(-mann_whitney(first, second), abs=1e-9)
    assert mann_whitney(first, first) == pytest.approx(0, abs=1e-12)


def test_too_few_samples_are_refused() -> None:
    for few, many in ((19, 100), (100, 19)):
        with pytest.raises(GanworksError, match="N ≥ 20"):
            memorisation(gaussian(few, 0), gaussian(many, 1))


@pytest.mark.parametrize("significance", [0, 1, 2, -1, float("nan")])
def test_a_significance_is_a_chance(significance: float) -> None:
    with pytest.raises(GanworksError, match=r"^significance=\S+: a chance between 0 and 1"):
        memorisation(gaussian(30, 0), gaussian(30, 1), significance=significance)


def test_what_is_not_finite_is_named() -> None:
    broken = gaussian(30, 0)
    broken[0] = float("nan")
    good = gaussian(30, 1)
    for sets, name in (
        ((broken, good), "generated"),
        ((good, broken), "the training"),
        ((good, good, broken), "held-out"),
    ):
        with pytest.raises(GanworksError, match=rf"values of the .*{name}.* are NaN or infinite"):
            memorisation(*sets)


def two_regions(narrow: int, wide: int, seed: int) -> tuple[Tensor, Tensor]:
    """So many points of two Gaussians far apart, one ten times as wide as the other."""
    return gaussian(narrow, seed, 2), 10 * gaussian(wide, seed + 1000, 2) + 200


def z_of_distances(fake: Tensor, held_out: Tensor, train: Tensor) -> float:
    """Of all at once."""
    return mann_whitney(*(nearest(points.double(), train.double(), 1)[:, 0] for points in (fake, held_out)))


def test_how_often_each_region_is_drawn_is_no_memorisation() -> None:
    """Distances are compared region by region: a narrow one that is drawn too often has small ones everywhere."""
    train, uneven, held_out = (
        torch.cat(two_regions(narrow, 500 - narrow, seed)) for seed, narrow in ((0, 250), (1, 450), (2, 250))
    )
    assert z_of_distances(uneven, held_out, train) < -8
    assert abs(memorisation(uneven, train, held_out=held_out)[1]) < 2.5


def test_a_region_counts_by_its_share() -> None:
    train, held_out = (two_regions(450, 50, seed) for seed in (0, 2))
    honest, copies = two_regions(450, 50, 4)[0], train[1]
    found = memorisation(torch.cat([honest, copies]), torch.cat(train), held_out=torch.cat(held_out))[1]
    z = [z_of_distances(*sets) for sets in zip((honest, copies), held_out, train, strict=True)]
    assert z[1] < -6 and found == pytest.approx(0.9 * z[0] + 0.1 * z[1], abs=1e-6)
