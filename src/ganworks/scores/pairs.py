"""Pairs of images: what was made beside what should have been made."""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.extractors.classifier_network import require_images


def require_pairs(first: Tensor, second: Tensor) -> None:
    """Raises GanworksError unless both are N×C×H×W of one shape, uint8 or finite floats in [-1, 1]."""
    require_images(first)
    require_images(second)
    if first.shape != second.shape:
        shapes = f"{tuple(first.shape)} and {tuple(second.shape)}"
        raise GanworksError(f"images of shape {shapes} are no pairs: image i of one belongs to image i of the other")


def unit_interval(images: Tensor) -> Tensor:
    """Images, uint8 or floats in [-1, 1], as float64 in [0, 1]."""
    return images.double() / 255 if images.dtype == torch.uint8 else (images.double() + 1) / 2
