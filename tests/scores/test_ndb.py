"""Bins that differ, found where they do and by chance as often as the significance says; and the k-means below."""

from __future__ import annotations

import pytest
import torch
from scipy.spatial.distance import jensenshannon
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.k_means import k_means, nearest_centre
from ganworks.scores.ndb import differing, ndb


def clusters(count: int, kinds: int, seed: int) -> tuple[Tensor, Tensor]:
    """Points in tight clusters far apart, and the cluster of each."""
    draw = torch.Generator().manual_seed(seed)
    kind = torch.randint(kinds, (count,), generator=draw)
    angle = 2 * torch.pi * kind / kinds
    return 10 * torch.stack([angle.cos(), angle.sin()], 1) + 0.01 * torch.randn(count, 2, generator=draw), kind


def test_two_halves_of_one_set_differ_in_about_as_many_bins_as_the_significance_says() -> None:
    draw = torch.Generator().manual_seed(0)
    shares = [ndb(*torch.randn(2, 2000, 4, generator=draw), bins=50, seed=seed)[0] for seed in range(10)]
    assert 0.02 < sum(shares) / 10 < 0.09


@pytest.mark.parametrize("significance", [0.05, 0.2])
def test_counts_of_one_distribution_differ_as_often_as_the_significance_says(significance: float) -> None:
    draw = torch.Generator().manual_seed(1)
    shares = torch.full((100,), 0.01)
    drawn = (torch.multinomial(shares.expand(2, -1), 20_000, replacement=True, generator=draw) for _ in range(40))
    found = [differing(*(torch.bincount(row, minlength=100) for row in pair), significance) for pair in drawn]
    assert float(torch.cat(found).double().mean()) == pytest.approx(significance, rel=0.15)


def test_a_dropped_cluster_is_one_bin_and_its_share_of_the_divergence() -> None:
    real, kind = clusters(4000, 8, 0)
    fake, kinds = clusters(4000, 8, 1)
    assert ndb(fake, real, bins=8)[0] <= 1 / 8
    fake = fake[kinds != 3]
    share, divergence = ndb(fake, real, bins=8)
    p, q = (torch.bincount(which, minlength=8) / len(which) for which in (kinds[kinds != 3], kind))
    assert share > 0
    assert divergence == pytest.approx(float(jensenshannon(p, q)) ** 2, rel=1e-5)


def test_the_z_test_is_the_published_one() -> None:
    """z = (p₁ − p₂) / √(p(1 − p)(1/n₁ + 1/n₂)), pooled p; here |z| = 1.95 and 1.97 in the first bin."""
    n = 10_000
    for gap, different in ((137, False), (141, True)):
        first, second = torch.tensor([5000, 5000]), torch.tensor([5000 - gap, 5000 + gap])
        pooled = (5000 - gap / 2) / n
        z = gap / n / (pooled * (1 - pooled) * 2 / n) ** 0.5
        assert (z > 1.95996) is different
        assert differing(first, second, 0.05).tolist() == [different] * 2


def test_empty_and_full_bins_are_no_division_by_zero() -> None:
    assert differing(torch.tensor([0, 100]), torch.tensor([0, 50]), 0.05).tolist() == [False, False]
    assert differing(torch.tensor([100, 0]), torch.tensor([0, 50]), 0.05).tolist() == [True, True]


def test_order_of_generated_samples_and_the_seed_stated() -> None:
    real, fake = clusters(600, 5, 0)[0], clusters(600, 5, 1)[0] * 1.2
    order = torch.randperm(600, generator=torch.Generator().manual_seed(0))
    torch.manual_seed(3)
    before = torch.get_rng_state()
    value = ndb(fake, real, bins=30)
    assert torch.equal(torch.get_rng_state(), before)
    assert ndb(fake[order], real, bins=30) == value
    assert ndb(fake, real, bins=30, seed=1) != value


def test_k_means_finds_clusters_and_stands_still_there() -> None:
    points, kind = clusters(500, 6, 2)
    points = points.double()
    centres = k_means(points, 6)
    means = torch.stack([points[kind == k].mean(0) for k in range(6)])
    belongs = nearest_centre(means, centres)
    assert sorted(belongs.tolist()) == list(range(6))
    torch.testing.assert_close(centres[belongs], means)
    assert torch.equal(belongs[kind], nearest_centre(points, centres))


def test_no_round_of_k_means_makes_it_worse() -> None:
    points = torch.randn(400, 3, generator=torch.Generator().manual_seed(0)).double()
    inertia = [float(torch.cdist(points, k_means(points, 20, rounds=n)).amin(1).square().sum()) for n in range(12)]
    assert inertia == sorted(inertia, reverse=True) and inertia[-1] < 0.9 * inertia[0]


def test_too_few_samples_and_bins_are_refused() -> None:
    rows = torch.randn(400, 2, generator=torch.Generator().manual_seed(0))
    with pytest.raises(GanworksError, match="400 samples in 100 bins"):
        ndb(rows, rows)
    with pytest.raises(GanworksError, match="2 bins or more"):
        ndb(rows, rows, bins=1)
    with pytest.raises(GanworksError, match="3 distinct samples cannot be put into 5 bins"):
        ndb(rows, rows[:3].repeat(100, 1), bins=5)


@pytest.mark.parametrize("significance", [0, 1, 2, -0.1, float("nan")])
def test_a_significance_is_a_chance(significance: float) -> None:
    with pytest.raises(GanworksError, match=r"^significance=\S+: a chance between 0 and 1"):
        ndb(torch.randn(600, 2), torch.randn(600, 2), significance=significance)
