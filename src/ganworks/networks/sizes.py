"""How many times a picture is halved, so that every architecture takes any size from 8 pixels up."""

from __future__ import annotations

from math import ceil, log2

from torch import Tensor

from ganworks.errors import UsageError


def halvings(shape: tuple[int, ...], smallest: int = 4) -> int:
    """How often C×H×W is halved for the short side to come nearest `smallest`; raises for points and tiny images."""
    size = "×".join(map(str, shape))
    if len(shape) != 3:
        raise UsageError(f"a convolutional network needs images, not samples of {size}: the recipe toy is for points")
    if min(shape[1:]) < 2 * smallest:
        raise UsageError(f"a convolutional network needs images of at least {2 * smallest} pixels, not {size}")
    return round(log2(min(shape[1:]) / smallest))


def seed_size(shape: tuple[int, ...], doublings: int) -> tuple[int, int]:
    """The height and width from which `doublings` doublings cover an image of C×H×W."""
    return ceil(shape[1] / 2**doublings), ceil(shape[2] / 2**doublings)


def centre_crop(images: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The middle H×W of N×C×h×w images; the images themselves when nothing is over."""
    height, width = shape[1:]
    top, left = (images.shape[2] - height) // 2, (images.shape[3] - width) // 2
    return images[:, :, top : top + height, left : left + width]
