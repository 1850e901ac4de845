from __future__ import annotations

import pytest
import torch

from ganworks.stabilisers.image_transforms import TRANSFORMS, colour, cutout, translation

pytestmark = pytest.mark.usefixtures("double")
IMAGES = torch.randn(2, 3, 8, 16, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def numbers(*each: float) -> torch.Tensor:
    return torch.tensor([each, each])


def test_colour_by_hand() -> None:
    """½ changes nothing; 0 and 1 are the ends of brightness ±½, saturation 0 to 2 and contrast ½ to 3/2."""
    torch.testing.assert_close(colour(IMAGES, numbers(0.5, 0.5, 0.5)), IMAGES)
    torch.testing.assert_close(colour(IMAGES, numbers(1.0, 0.5, 0.5)), IMAGES + 0.5)
    grey = IMAGES.mean(1, keepdim=True)
    torch.testing.assert_close(colour(IMAGES, numbers(0.5, 0.0, 0.5)), grey.expand_as(IMAGES))
    torch.testing.assert_close(colour(IMAGES, numbers(0.5, 1.0, 0.5)), 2 * IMAGES - grey)
    mean = IMAGES.mean((1, 2, 3), keepdim=True)
    torch.testing.assert_close(colour(IMAGES, numbers(0.5, 0.5, 0.0)), (IMAGES + mean) / 2)


def test_translation_by_hand() -> None:
    """By up to 1 row and 2 columns of 8 × 16."""
    assert torch.equal(translation(IMAGES, numbers(0.5, 0.5)), IMAGES)
    down_and_left = translation(IMAGES, numbers(0.99, 0.0))
    assert torch.equal(down_and_left[:, :, 1:, :-2], IMAGES[:, :, :-1, 2:])
    assert not down_and_left[:, :, 0].any() and not down_and_left[..., -2:].any()
    each = translation(IMAGES, torch.tensor([[0.0, 0.5], [0.5, 0.5]]))
    assert torch.equal(each[0, :, :-1], IMAGES[0, :, 1:]) and torch.equal(each[1], IMAGES[1])


def test_cutout_by_hand() -> None:
    """A hole of 4 × 8, wherever its middle is: whole inside, a quarter of it at a corner."""
    middle = cutout(IMAGES, numbers(0.5, 0.5))
    assert torch.equal(middle[:, :, 2:6, 4:12], torch.zeros(2, 3, 4, 8))
    assert (middle != 0).sum() == 2 * 3 * (128 - 32)
    assert torch.equal(middle[:, :, :2], IMAGES[:, :, :2])
    assert (cutout(IMAGES, numbers(0.0, 0.0)) == 0).sum() == 2 * 3 * 8
    assert not cutout(IMAGES, numbers(0.0, 0.0))[:, :, :2, :4].any()


@pytest.mark.parametrize(("side", "reach", "size"), [(20, 3, 10), (21, 3, 11), (28, 4, 14), (36, 5, 18)])
def test_halves_are_rounded_up(side: int, reach: int, size: int) -> None:
    """As by `int(side * ratio + 0.5)` in DiffAugment."""
    images = torch.ones(1, 1, side, side, dtype=torch.float64)
    assert translation(images, torch.zeros(1, 2))[0, 0, :, 0].sum() == side - reach
    assert (cutout(images, torch.full((1, 2), 0.5)) == 0).sum() == size**2


@pytest.mark.parametrize("name", TRANSFORMS)
def test_gradients_equal_finite_differences(name: str) -> None:
    """Also twice, as R1 needs."""
    images = IMAGES[:, :, :, :4].clone().requires_grad_()
    drawn = torch.tensor([[0.9, 0.2, 0.7], [0.1, 0.8, 0.3]])

    def transform(pictures: torch.Tensor) -> torch.Tensor:
        return TRANSFORMS[name](pictures, drawn).square()

    assert torch.autograd.gradcheck(transform, images)
    assert torch.autograd.gradgradcheck(transform, images)
