"""Pictures as people hand them over from Python, for a network that was trained on so many channels."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganworks.data.batches import to_unit_range
from ganworks.data.image import Target, opaque, to_array, upright
from ganworks.data.layout import recognise
from ganworks.errors import UsageError

COLOURS = (1, 3, 4)
SLACK = 1e-3
LUMA = (0.299, 0.587, 0.114)


def received(images: Any, channels: int) -> Tensor:
    """Float N×channels×H×W in [-1, 1] of one size.

    Args:
        images: a picture of Pillow (made upright); an array or tensor of bytes, N×H×W, N×H×W×C or N×C×H×W; or of
            floats in [-1, 1], N×C×H×W.
        channels: 1 is grey; 3 are colours, on white where there was transparency; 4 colours and opacity.

    Raises UsageError for anything else.
    """
    if isinstance(images, Image.Image):
        return to_unit_range(torch.from_numpy(pixels_of(images, channels)[None]))
    if not isinstance(images, Tensor) and not (isinstance(images, np.ndarray) and images.dtype.kind in "buif"):
        raise UsageError(f"a {type(images).__name__} is no picture: give numbers in a tensor or array, or use Pillow")
    # Arrays may not be writable, of which torch warns: a copy is.
    tensor = torch.from_numpy(np.array(images)) if isinstance(images, np.ndarray) else images
    if tensor.dtype == torch.uint8:
        tensor = channels_first(tensor)
    elif not tensor.is_floating_point():
        raise UsageError(f"images are bytes or floats in [-1, 1], not {tensor.dtype}: convert them")
    if tensor.dim() != 4 or 0 in tensor.shape:
        shape = "×".join(map(str, tensor.shape))
        raise UsageError(f"images are N×C×H×W floats in [-1, 1], or bytes N×H×W×C or N×C×H×W, not {shape}")
    tensor = to_unit_range(tensor).to(torch.get_default_dtype())
    if not tensor.abs().max() <= 1 + SLACK:  # nor NaN
        low, high = tensor.min().item(), tensor.max().item()
        raise UsageError(f"floats of images lie in [-1, 1], not from {low:g} to {high:g}: scale them, or give bytes")
    return in_channels(tensor, channels)


def received_mask(image: Image.Image) -> Tensor:
    """1×1×H×W, 1 where a picture of Pillow is white; transparency is black, so that strokes on nothing are a mask."""
    return (received(opaque(upright(image), "black"), 1) >= 0).float()


def alone(image: Any) -> Any:
    """One of a list of pictures, in the form that `received` takes."""
    return image[None] if isinstance(image, Tensor | np.ndarray) else image


def pixels_of(image: Image.Image, channels: int) -> np.ndarray:
    """uint8 channels×H×W of a picture of Pillow, upright."""
    if channels not in COLOURS:
        raise UsageError(f"a picture has 1, 3 or 4 channels, and this run takes {channels}: give a tensor")
    image = upright(image)
    return np.array(to_array(image, Target(channels, image.height, image.width, "stretch")))


def channels_first(images: Tensor) -> Tensor:
    """N×C×H×W of bytes N×H×W, N×H×W×C or N×C×H×W."""
    layout = recognise(images.numpy(force=True), "the images")
    if layout.channel_axis is None:
        return images[:, None]
    return images.movedim(layout.channel_axis, 1)


def in_channels(images: Tensor, channels: int) -> Tensor:
    """N×channels×H×W of N×C×H×W in [-1, 1]; if they differ, both are 1 (grey), 3 (colours) or 4 (and opacity)."""
    if (given := images.shape[1]) == channels:
        return images
    if given not in COLOURS or channels not in COLOURS:
        raise UsageError(f"this run takes images of {channels} channels, not of {given}")
    if given == 4:
        opacity = (images[:, 3:] + 1) / 2
        images = images[:, :3] * opacity + (1 - opacity)  # on white
    if channels == 1 and images.shape[1] == 3:
        weights = images.new_tensor(LUMA)[:, None, None]
        return (images * weights).sum(1, keepdim=True)
    if channels > 1:
        images = images.expand(-1, 3, -1, -1)
    return images if channels < 4 else torch.cat([images, torch.ones_like(images[:, :1])], 1)
