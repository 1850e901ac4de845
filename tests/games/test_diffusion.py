"""Holes filled from around: what is known stays, and what is harmonic comes back."""

from __future__ import annotations

import pytest
import torch

from ganworks.games.diffusion import diffused


@pytest.mark.parametrize("size", [(32, 32), (23, 40), (5, 9), (3, 3), (1, 7)])
def test_what_is_known_stays_and_what_is_missing_is_not_looked_at(size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    images, missing = torch.rand(3, 2, *size) * 2 - 1, (torch.rand(3, 1, *size) < 0.4).float()
    made = diffused(images, missing)
    known = (missing == 0).expand_as(images)
    assert torch.equal(made[known], images[known])
    assert made.abs().max() <= 1 and torch.isfinite(made).all()
    assert torch.equal(diffused(torch.where(known, images, torch.rand_like(images)), missing), made)


def test_every_picture_is_filled_by_itself() -> None:
    torch.manual_seed(0)
    images, missing = torch.rand(3, 2, 16, 16), (torch.rand(3, 1, 16, 16) < 0.4).float()
    assert torch.equal(diffused(images, missing)[1:2], diffused(images[1:2], missing[1:2]))


def test_a_slope_comes_back() -> None:
    """A plane solves Laplace's equation; sweeps that are few leave less than a twentieth of its height."""
    rows, columns = torch.meshgrid(torch.linspace(-1, 1, 32), torch.linspace(-0.5, 0.5, 32), indexing="ij")
    images, missing = torch.stack([rows, columns])[None], torch.zeros(1, 1, 32, 32)
    missing[:, :, 8:24, 8:24] = 1
    assert (diffused(images, missing) - images).abs().max() < 0.1


def test_where_nothing_is_known_it_is_grey() -> None:
    assert torch.equal(diffused(torch.ones(1, 3, 16, 16), torch.ones(1, 1, 16, 16)), torch.zeros(1, 3, 16, 16))
