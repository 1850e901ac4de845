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


def scale_between(shape: tuple[int, ...], given: tuple[int, ...], scales: tuple[int, ...]) -> int:
    """How many times C×H×W is as high and wide as what is given; raises UsageError unless it is one of `scales`."""
    made, seen = ("×".join(map(str, size[1:] if len(size) == 3 else size)) for size in (shape, given))
    if len(shape) != 3 or len(given) != 3:
        raise UsageError(f"a translating network needs images, not samples of {made} from {seen}")
    scale = shape[1] // given[1]
    if scale not in scales or shape[1:] != (given[1] * scale, given[2] * scale):
        wanted = " or ".join(map(str, scales))
        raise UsageError(f"this network makes images {wanted} times as high and wide as given, not {made} of {seen}")
    return scale


def require_size(images: Tensor, smallest: int) -> None:
    """Raises UsageError for N×C×H×W images of which a side has fewer than `smallest` pixels."""
    if min(images.shape[2:]) < smallest:
        size = f"{images.shape[2]}×{images.shape[3]}"
        raise UsageError(f"images of {size} are too small for this network: pad them to {smallest} pixels or more")
