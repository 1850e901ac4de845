"""Stacked MNIST's modes and KL against the published floors, from stacks that a seed decides."""

from __future__ import annotations

from math import log

import pytest
import torch
from torch import Tensor

from ganworks.data.stacked import stacked
from ganworks.errors import GanworksError
from ganworks.scores.stacked_mnist import channel_verdicts, stacked_modes

# MNIST's training and test images of each digit.
MNIST_COUNTS = torch.tensor([6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958])


def painted(labels: Tensor) -> Tensor:
    """N×1×4×4 images whose brightness is their label."""
    return (20 * labels).to(torch.uint8).view(-1, 1, 1, 1).expand(-1, 1, 4, 4)


def by_brightness(images: Tensor) -> Tensor:
    return torch.eye(10)[(images.float().mean((1, 2, 3)) / 20).round().long()]


@pytest.mark.parametrize(("count", "floor"), [(26_000, 0.0194), (25_600, 0.0196)])
def test_a_perfect_uniform_sampler_leaves_the_floor(count: int, floor: float) -> None:
    draw = torch.Generator().manual_seed(0)
    seen = [stacked_modes(torch.randint(0, 10, (count, 3), generator=draw)) for _ in range(30)]
    assert all(modes == 1000 for modes, _ in seen)
    divergences = torch.tensor([divergence for _, divergence in seen])
    assert float(divergences.mean()) == pytest.approx(floor, abs=4 * 0.0009 / 30**0.5)
    assert float(divergences.std()) == pytest.approx(0.0009, rel=0.35)


def test_real_digits_leave_a_little_more() -> None:
    """.0237 ± .0010: their classes are not equally frequent."""
    labels = torch.arange(10).repeat_interleave(MNIST_COUNTS)
    seen = [stacked_modes(stacked(painted(labels)[:, :, :1, :1], labels, 26_000, seed)[1]) for seed in range(20)]
    assert all(modes == 1000 for modes, _ in seen)
    assert sum(divergence for _, divergence in seen) / 20 == pytest.approx(0.0237, abs=4 * 0.0010 / 20**0.5)


@pytest.mark.parametrize(("hit", "floor"), [(99, 2.31), (693, 0.37), (940, 0.062), (1, 6.908)])
def test_m_modes_leave_log_1000_over_m(hit: int, floor: float) -> None:
    modes = torch.randperm(1000)[:hit].repeat(3)
    found, divergence = stacked_modes(torch.stack([modes // 100, modes // 10 % 10, modes % 10], 1))
    assert found == hit
    assert divergence == pytest.approx(log(1000 / hit), abs=1e-9) == pytest.approx(floor, rel=0.01)


def test_stacks_are_judged_channel_by_channel() -> None:
    labels = torch.arange(10).repeat(5)
    stacks, truth = stacked(painted(labels), labels, 200, seed=1)
    assert stacks.shape == (200, 3, 4, 4) and stacks.dtype == torch.uint8
    assert torch.equal(channel_verdicts(stacks, by_brightness), truth)


def test_the_seed_decides_the_stacks() -> None:
    labels = torch.arange(10)
    first, again, other = (stacked(painted(labels), labels, 50, seed)[1] for seed in (0, 0, 1))
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_what_are_no_stacks_or_verdicts_is_refused() -> None:
    labels = torch.arange(10)
    with pytest.raises(GanworksError, match="grey images"):
        stacked(painted(labels).expand(-1, 3, 4, 4), labels, 5)
    with pytest.raises(GanworksError, match="0 stacks"):
        stacked(painted(labels), labels, 0)
    with pytest.raises(GanworksError, match=r"shape \(10, 1, 4, 4\)"):
        channel_verdicts(painted(labels), by_brightness)
    with pytest.raises(GanworksError, match="N×3 integers"):
        stacked_modes(torch.zeros(5, 3))
    with pytest.raises(GanworksError, match="reach from 0 to 10: 0 to 9 expected"):
        stacked_modes(torch.tensor([[0, 10, 1]]))


def test_arrays_are_verdicts_too() -> None:
    verdicts = torch.tensor([[0, 1, 2], [0, 1, 2], [9, 9, 9]])
    assert stacked_modes(verdicts.numpy()) == stacked_modes(verdicts)
