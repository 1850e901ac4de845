"""Resizing to what a network takes, as each protocol in use does it: it changes FID more than most methods do
(Parmar et al. 2022, arXiv:2104.11222).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ganworks.errors import GanworksError, unknown


def clean(pixels: Tensor, size: tuple[int, int]) -> Tensor:
    """Antialiased bicubic (a = −½) in floats, clipped to [0, 255]: Pillow on float images, as in clean-fid."""
    return functional.interpolate(pixels, size, mode="bicubic", antialias=True).clamp(0, 255)


def bilinear(pixels: Tensor, size: tuple[int, int]) -> Tensor:
    """Bilinear between pixel centres without antialiasing, as in pytorch-fid: aliases when it shrinks."""
    return functional.interpolate(pixels, size, mode="bilinear", align_corners=False)


def tf1(pixels: Tensor, size: tuple[int, int]) -> Tensor:
    """Bilinear between upper left corners, as in TensorFlow 1 and the first FID: shifts and aliases."""
    for axis, length in zip((2, 3), size, strict=True):
        given = pixels.shape[axis]
        places = torch.arange(length, dtype=torch.float32, device=pixels.device) * (given / length)
        lower = places.long()
        shape = [-1 if axis == other else 1 for other in range(4)]
        share = (places - lower).view(shape)
        first = pixels.index_select(axis, lower)
        pixels = first.lerp(pixels.index_select(axis, (lower + 1).clamp(max=given - 1)), share)
    return pixels


def nearest(pixels: Tensor, size: tuple[int, int]) -> Tensor:
    """The pixel at ⌊i · given / wanted⌋, as in torch and TensorFlow 1."""
    return functional.interpolate(pixels, size, mode="nearest")


MODES = {way.__name__: way for way in (clean, bilinear, tf1, nearest)}
"""By name, the ways to resize pixels N×C×H×W in [0, 255]."""


def require_mode(name: str | None) -> str:
    """`name`, or `clean` for None; raises UsageError, naming the nearest, for a mode that does not exist."""
    if name is not None and name not in MODES:
        raise unknown("resize", name, MODES)
    return name or "clean"


def rgb_pixels(images: Tensor, size: tuple[int, int], mode: str) -> Tensor:
    """Images N×C×H×W, uint8 or floats in [-1, 1], as float32 N×3×`size` in [0, 255]; grey is repeated.

    Raises GanworksError unless there are 1 or 3 channels, UsageError for an unknown mode.
    """
    if images.shape[1] not in (1, 3):
        raise GanworksError(f"the images have {images.shape[1]} channels: this extractor takes grey (1) or RGB (3)")
    pixels = images.float() if images.dtype == torch.uint8 else (images.float() + 1) * 127.5
    if tuple(pixels.shape[2:]) != size:
        pixels = MODES[require_mode(mode)](pixels, size)
    return pixels.expand(-1, 3, -1, -1)
