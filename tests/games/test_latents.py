from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ganworks.errors import UsageError
from ganworks.games.latents import Latents


def draw(latents: Latents, truncation: float | None = None, count: int = 20_000) -> Tensor:
    return latents.draw(count, torch.Generator().manual_seed(1), truncation)


@pytest.mark.parametrize("distribution", ["gaussian", "uniform"])
@pytest.mark.parametrize("truncation", [0.01, 0.5, 1.0, 2.5])
def test_truncation_bounds_every_number_and_keeps_their_order(distribution: str, truncation: float) -> None:
    """Monotone in each number, so that a seed keeps its picture."""
    latents = Latents(size=3, distribution=distribution)  # type: ignore[arg-type]
    free, bounded = draw(latents), draw(latents, truncation)
    assert bounded.abs().max() <= truncation
    assert bounded.abs().max() > 0.97 * min(truncation, free.abs().max().item())
    order = free[:, 0].argsort()
    assert (bounded[order, 0].diff() >= 0).all()
    assert torch.equal(bounded.sign(), free.sign())
    assert (bounded.abs() <= free.abs() + 1e-6).all(), "towards the mean"


def test_a_truncated_gaussian_is_a_gaussian_cut_off() -> None:
    """Its density at t and at 0 differ by exp(−t²/2)."""
    bounded = draw(Latents(size=5), truncation=1.0).flatten()
    middle, edge = ((bounded - at).abs().lt(0.05).double().mean() for at in (0.0, 0.949))
    assert edge / middle == pytest.approx(torch.tensor(-(0.949**2) / 2).exp().item(), abs=0.05)


def test_hardly_any_truncation_changes_hardly_anything() -> None:
    for distribution in ("gaussian", "uniform"):
        latents = Latents(distribution=distribution, size=4)  # type: ignore[arg-type]
        torch.testing.assert_close(draw(latents, 50.0), draw(latents), rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(draw(latents, float("inf")), draw(latents), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("truncation", [0.0, -1.0, float("nan")])
def test_truncation_must_be_positive(truncation: float) -> None:
    with pytest.raises(UsageError, match="truncation must be above 0"):
        draw(Latents(), truncation)


def test_uniform_latents_fill_their_cube() -> None:
    z = draw(Latents(size=2, distribution="uniform"))
    assert -1 <= z.min() < -0.999
    assert 0.999 < z.max() < 1
    assert z.mean().abs() < 0.01


@pytest.mark.parametrize("distribution", ["gaussian", "uniform"])
def test_discrete_latents_are_fair_signs_and_the_rest_as_before(distribution: str) -> None:
    mixed, plain = (draw(Latents(size=6, distribution=distribution, discrete=n)) for n in (4, 0))  # type: ignore[arg-type]
    assert torch.equal(mixed[:, :4].abs(), torch.ones(20_000, 4))
    assert torch.equal(mixed[:, 4:], plain[:, 4:])
    assert mixed[:, :4].mean(0).abs().max() < 0.03
    assert (mixed[:, 0] * mixed[:, 1]).mean().abs() < 0.03


def test_truncation_leaves_discrete_latents_alone() -> None:
    latents = Latents(size=4, discrete=2)
    assert torch.equal(draw(latents, 0.5)[:, :2], draw(latents)[:, :2])


def test_no_more_latents_can_be_discrete_than_there_are() -> None:
    with pytest.raises(ValueError, match="choose at most size"):
        Latents(size=3, discrete=4)


def test_all_but_the_signs_are_spread() -> None:
    narrow, plain = (draw(Latents(size=6, discrete=4, spread=spread), truncation=0.5) for spread in (0.25, 1.0))
    assert torch.equal(narrow[:, :4], plain[:, :4])
    torch.testing.assert_close(narrow[:, 4:], plain[:, 4:] / 4)
