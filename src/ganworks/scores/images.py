"""What every score of images asks of them: N×C×H×W, uint8 or floats in [-1, 1]."""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.errors import GanworksError


def require_images(images: Tensor) -> None:
    """Raises GanworksError unless images are N×C×H×W, uint8 or finite floats in [-1, 1]."""
    if images.ndim == 2:
        raise GanworksError(f"points of {images.shape[1]} coordinates are no images: their extractor is coordinates")
    if images.ndim != 4 or not images.numel():
        raise GanworksError(f"images have shape {tuple(images.shape)}: N×C×H×W with N ≥ 1 is needed")
    if images.dtype == torch.uint8:
        return
    if not images.is_floating_point() or not bool(torch.isfinite(images).all()):
        raise GanworksError(f"images of type {images.dtype} must be uint8, or finite floats in [-1, 1]")
    if float(images.abs().max()) > 1 + 1e-3:
        low, high = float(images.min()), float(images.max())
        raise GanworksError(f"float images lie in [{low:.3g}, {high:.3g}]: scale them to [-1, 1], or pass uint8")
