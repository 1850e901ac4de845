"""Mode counts against exact anchors: perfect samplers, dropped modes, shrunken and flattened ones."""

from __future__ import annotations

from math import inf, isnan, log

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from ganworks.data.mixture import Mixture
from ganworks.data.toys import grid, ring
from ganworks.errors import GanworksError
from ganworks.scores.mixture_modes import HIGH_QUALITY_CEILING, MixtureModes, mixture_modes


def sampled(mixture: Mixture, count: int, seed: int = 0) -> Tensor:
    return torch.from_numpy(mixture.sample(count, seed)[0])


def several(mixture: Mixture, count: int, times: int) -> list[MixtureModes]:
    return [mixture_modes(sampled(mixture, count, seed), mixture) for seed in range(times)]


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


@pytest.mark.parametrize(
    ("mixture", "reverse_kl", "deviation"), [(ring(), 0.0014, 0.0007), (grid(), 0.0048, 0.0015)], ids=["ring", "grid"]
)
def test_a_perfect_sampler_reaches_the_floors(mixture: Mixture, reverse_kl: float, deviation: float) -> None:
    """2500 samples, as published: the ceiling of high quality, (K − 1)/2n, and its spread."""
    seen = several(mixture, 2500, 200)
    assert all(modes.captured == modes.covered == len(mixture.modes) for modes in seen)
    assert mean([modes.high_quality for modes in seen]) == pytest.approx(0.98889, abs=0.001)
    assert mean([modes.reverse_kl for modes in seen]) == pytest.approx(reverse_kl, abs=4 * deviation / 200**0.5)
    assert float(np.std([modes.reverse_kl for modes in seen])) == pytest.approx(deviation, rel=0.25)
    assert 0.85 < mean([modes.narrowest for modes in seen]) < 1


def test_the_ceiling_is_exact() -> None:
    assert pytest.approx(0.98889, abs=5e-6) == HIGH_QUALITY_CEILING


def test_total_variation_of_a_perfect_sampler_of_a_hundred_modes() -> None:
    """The published sampling reference of the 10×10 grid at 10,000 points."""
    mixture = grid(side=10, spacing=1.0, std=0.03)
    assert mean([modes.total_variation for modes in several(mixture, 10_000, 6)]) == pytest.approx(0.0452, abs=0.002)


def test_the_width_of_a_perfect_sampler_is_one() -> None:
    (modes,) = several(ring(), 80_000, 1)
    torch.testing.assert_close(modes.eigenvalue_ratios, torch.ones(8, 2, dtype=torch.float64), rtol=0, atol=0.06)
    assert float(modes.eigenvalue_ratios.mean()) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(("mixture", "hit"), [(ring(), 7), (grid(), 24), (grid(), 20)])
def test_dropped_modes_leave_a_reverse_kl_of_log_k_over_m(mixture: Mixture, hit: int) -> None:
    """.134, .041 and .223 in the published protocol, when the rest is even."""
    points = torch.from_numpy(np.repeat(mixture.modes[:hit], 20, 0))
    modes = mixture_modes(points, mixture)
    assert modes.captured == modes.covered == hit
    assert modes.reverse_kl == pytest.approx(log(len(mixture.modes) / hit), abs=1e-12)
    assert modes.reverse_kl == pytest.approx({7: 0.134, 24: 0.041, 20: 0.223}[hit], abs=5e-4)
    assert modes.total_variation == pytest.approx(1 - hit / len(mixture.modes), abs=1e-12)


def test_high_quality_alone_rewards_shrunken_modes() -> None:
    mixture = ring(std=0.05)
    honest = mixture_modes(sampled(mixture, 4000), mixture)
    shrunken = mixture_modes(sampled(Mixture(mixture.modes, 0.01), 4000), mixture)
    assert shrunken.high_quality == 1 > honest.high_quality
    assert shrunken.captured == honest.captured and shrunken.total_variation < honest.total_variation
    assert shrunken.narrowest == pytest.approx(0.04, abs=0.01)
    assert honest.narrowest > 0.9


def test_a_flattened_mode_is_narrow_in_one_direction_only() -> None:
    mixture = Mixture(np.zeros((1, 2)), 1.0)
    points = sampled(mixture, 4000) @ torch.tensor([[0.6, 0.8], [0.0, 0.0]])
    smaller, larger = mixture_modes(points, mixture).eigenvalue_ratios[0].tolist()
    assert smaller == pytest.approx(0, abs=1e-6) and larger == pytest.approx(1, abs=0.15)


def test_one_lucky_sample_captures_a_mode_but_does_not_cover_it() -> None:
    mixture = ring()
    points = torch.from_numpy(np.repeat(mixture.modes[:1], 999, 0))
    modes = mixture_modes(torch.cat([points, torch.from_numpy(mixture.modes[4:5])]), mixture)
    assert (modes.captured, modes.covered) == (2, 1)
    assert bool(modes.eigenvalue_ratios[4].isnan().all())
    assert modes.eigenvalue_ratios[0].tolist() == pytest.approx([0, 0], abs=1e-12)


def test_quality_ends_at_three_deviations_of_the_nearest_mode() -> None:
    mixture = Mixture(np.array([[0.0, 0.0], [10.0, 0.0]]), 1.0)
    points = torch.tensor([[0.0, 2.99], [2.2, 2.2], [13.01, 0.0], [7.01, 0.0]])
    modes = mixture_modes(points, mixture)
    assert modes.high_quality == 0.5 and modes.captured == 2 and modes.total_variation == 0.5


def test_a_generator_that_hits_nothing_has_a_score_and_no_modes() -> None:
    modes = mixture_modes(torch.full((100, 2), 50.0), ring())
    assert (modes.captured, modes.covered, modes.high_quality, modes.reverse_kl) == (0, 0, 0, inf)
    assert modes.total_variation == 1 and isnan(modes.narrowest)


@settings(max_examples=30)
@given(st.integers(0, 500), st.floats(0, 6.2), st.floats(0.1, 10))
def test_order_rotation_and_scale_change_nothing(seed: int, angle: float, scale: float) -> None:
    mixture = ring()
    points = sampled(ring(std=0.03), 400, seed).double()
    turn = scale * torch.tensor([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], dtype=torch.float64)
    turned = Mixture(mixture.modes @ turn.numpy(), scale * mixture.std)
    before, after = mixture_modes(points, mixture), mixture_modes(points.flip(0) @ turn, turned)
    assert after.captured == before.captured and after.high_quality == pytest.approx(before.high_quality)
    assert after.reverse_kl == pytest.approx(before.reverse_kl, abs=1e-12) and before.reverse_kl >= 0
    assert after.total_variation == pytest.approx(before.total_variation) and 0 <= before.total_variation <= 1
    torch.testing.assert_close(after.eigenvalue_ratios, before.eigenvalue_ratios, equal_nan=True)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (torch.zeros(10, 3), r"shape \(10, 3\): N×2 with N ≥ 8"),
        (torch.zeros(10), "N×2"),
        (torch.zeros(7, 2), "N ≥ 8"),
        (torch.tensor([[0.0, float("nan")]]).expand(8, 2), "NaN or infinite"),
    ],
)
def test_what_are_no_points_is_refused(points: Tensor, message: str) -> None:
    with pytest.raises(GanworksError, match=message):
        mixture_modes(points, ring())


def test_arrays_are_points_too() -> None:
    points = ring().sample(500, 1)[0]
    assert mixture_modes(points, ring()).reverse_kl == mixture_modes(torch.from_numpy(points), ring()).reverse_kl
