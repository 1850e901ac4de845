"""Pairs of images: what was made beside what should have been made."""

from __future__ import annotations

from warnings import warn

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.features import Array
from ganworks.scores.images import require_images


def as_pairs(first: Array, second: Array) -> tuple[Tensor, Tensor]:
    """Both as tensors; raises GanworksError unless they are N×C×H×W of one shape, uint8 or finite floats in [-1, 1].

    Warns where all floats of both are ≥ 0: such images can be, but most are in [0, 1] by mistake.
    """
    pair = torch.as_tensor(first), torch.as_tensor(second)
    for images in pair:
        require_images(images)
    if pair[0].shape != pair[1].shape:
        shapes = f"{tuple(pair[0].shape)} and {tuple(pair[1].shape)}"
        raise GanworksError(f"images of shape {shapes} are no pairs: image i of one belongs to image i of the other")
    if all(images.is_floating_point() and float(images.min()) >= 0 < float(images.max()) for images in pair):
        doubt = "no pixel of these images is below 0: they are read as floats in [-1, 1]; scale [0, 1] to it"
        warn(doubt, stacklevel=3)
    return pair


def unit_interval(images: Tensor) -> Tensor:
    """Images, uint8 or floats in [-1, 1], as float64 in [0, 1]."""
    return images.double() / 255 if images.dtype == torch.uint8 else (images.double() + 1) / 2
