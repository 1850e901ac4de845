"""What images and points have in common for scoring: how they are kept, what they are called, what is noise of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ganworks.data.batches import to_uint8
from ganworks.data.spec import Spec
from ganworks.randomness import generator

_STREAM = "evaluate/scrambled"


@dataclass(frozen=True)
class Kind:
    """One kind of sample.

    Args:
        plural: what several are called.
        unit: what the numbers in their shape count.
        stored: floats as a generator gives them (images in [-1, 1]), to what is described and kept.
        scrambled: samples as stored, without their structure.
        noise: what these are, in words.
    """

    plural: str
    unit: str
    stored: Callable[[Tensor], Tensor]
    scrambled: Callable[[Tensor], Tensor]
    noise: str

    def of(self, spec: Spec) -> str:
        """Such samples and their shape, in words."""
        return f"{self.plural} of {'×'.join(map(str, spec.shape))}{self.unit}"


def shuffled_pixels(images: Tensor) -> Tensor:
    """The images N×C×H×W, each with its pixels in an order of its own, channels kept together."""
    count, channels, height, width = images.shape
    order = torch.rand(count, 1, height * width, generator=generator(0, _STREAM)).argsort(2).expand(-1, channels, -1)
    return images.flatten(2).gather(2, order).view_as(images)


def permuted_coordinates(points: Tensor) -> Tensor:
    """The points N×D, each coordinate in an order of its own over them: as if it told nothing of the others."""
    order = torch.rand(points.shape, generator=generator(0, _STREAM)).argsort(0)
    return points.gather(0, order)


def bytes_of(images: Tensor) -> Tensor:
    """Images as uint8."""
    return images if images.dtype == torch.uint8 else to_uint8(images)


IMAGES = Kind("images", "", bytes_of, shuffled_pixels, "real images with shuffled pixels")
POINTS = Kind(
    "points", " coordinates", Tensor.float, permuted_coordinates, "real points, each coordinate permuted among them"
)


def kind_of(spec: Spec) -> Kind:
    """The kind of samples of this shape."""
    return IMAGES if spec.is_image else POINTS
