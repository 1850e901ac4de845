"""Distances of images by hand, their bounds, and what they ignore."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.losses.reconstruction import l1, l2, masked_l2, pose_mask_l1


def pair(seed: int = 0, shape: tuple[int, ...] = (3, 2, 9, 11)) -> tuple[Tensor, Tensor]:
    draw = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=draw) * 2 - 1, torch.rand(shape, generator=draw) * 2 - 1


def hole(top: int, left: int, height: int, width: int, size: tuple[int, int] = (9, 11), count: int = 3) -> Tensor:
    mask = torch.zeros(count, 1, *size)
    mask[:, :, top : top + height, left : left + width] = 1
    return mask


def test_plain_distances_by_hand() -> None:
    generated, real = torch.tensor([[[[0.0, 1.0]]]]), torch.tensor([[[[0.5, -1.0]]]])
    assert float(l1(generated, real)) == 1.25
    assert float(l2(generated, real)) == 2.125


def test_the_rim_counts_ten_times() -> None:
    """A hole of 2×2 with a rim of one pixel: 4 pixels of weight 1 and 12 of weight 10."""
    generated, missing = torch.zeros(1, 3, 6, 6), hole(2, 2, 2, 2, (6, 6), 1)
    inside, rim = missing.expand(1, 3, 6, 6), hole(1, 1, 4, 4, (6, 6), 1) - missing
    assert float(masked_l2(generated, inside, missing, overlap=1)) == pytest.approx(4 / 124)
    assert float(masked_l2(generated, rim.expand(1, 3, 6, 6), missing, overlap=1)) == pytest.approx(120 / 124)
    assert float(masked_l2(generated, inside, missing, overlap=0)) == 1


@settings(max_examples=20)
@given(
    st.integers(0, 8), st.integers(0, 10), st.integers(1, 9), st.integers(1, 11), st.integers(0, 3), st.floats(-1, 1)
)
def test_an_even_difference_is_its_square_whatever_is_missing(
    top: int, left: int, height: int, width: int, overlap: int, difference: float
) -> None:
    generated, _ = pair()
    missing = hole(top, left, height, width)
    distance = masked_l2(generated, generated + difference, missing, overlap)
    assert float(distance) == pytest.approx(difference**2, rel=1e-4, abs=1e-6)


@settings(max_examples=20)
@given(st.integers(0, 1000), st.integers(0, 3))
def test_what_is_far_from_the_hole_does_not_count(seed: int, overlap: int) -> None:
    generated, real = pair(seed)
    missing = hole(3, 4, 2, 3)
    seen = hole(3 - overlap, 4 - overlap, 2 + 2 * overlap, 3 + 2 * overlap)
    distance = masked_l2(generated, real, missing, overlap)
    torch.testing.assert_close(masked_l2(generated * seen, real * seen, missing, overlap), distance)
    assert 0 < float(distance) <= 4


def test_each_image_counts_alike_so_that_parts_of_a_batch_make_the_whole() -> None:
    generated, real = pair()
    missing = torch.cat([hole(0, 0, size, size, count=1) for size in (1, 4, 9)])
    parts = [masked_l2(generated[i : i + 1], real[i : i + 1], missing[i : i + 1]) for i in range(3)]
    torch.testing.assert_close(masked_l2(generated, real, missing), torch.stack(parts).mean())


def test_nothing_missing_is_no_error() -> None:
    generated, real = pair()
    generated.requires_grad_()
    distance = masked_l2(generated, real, torch.zeros(3, 1, 9, 11))
    distance.backward()
    assert distance.item() == 0 and generated.grad is not None and float(generated.grad.abs().max()) == 0


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_the_body_counts_twice(seed: int) -> None:
    generated, real = pair(seed)
    body = hole(2, 2, 5, 4)
    expected = l1(generated, real) + l1(generated * body, real * body)
    torch.testing.assert_close(pose_mask_l1(generated, real, body), expected)
    torch.testing.assert_close(pose_mask_l1(generated, real, torch.ones(3, 1, 9, 11)), 2 * l1(generated, real))


def test_what_would_be_broadcast_is_refused() -> None:
    generated, real = pair()
    for loss in (l1, l2):
        with pytest.raises(GanworksError, match="are no pairs"):
            loss(generated, real[:, :1])
    for masked in (masked_l2, pose_mask_l1):
        with pytest.raises(GanworksError, match=r"do not fit these images: they are \(3, 1, 9, 11\)"):
            masked(generated, real, torch.zeros(1, 1, 9, 11))
        with pytest.raises(GanworksError, match="are no pairs"):
            masked(generated[:2], real, hole(0, 0, 1, 1))
