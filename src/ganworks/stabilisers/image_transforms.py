"""Differentiable changes of pictures (Zhao et al. 2020, arXiv:2006.10738, appendix B), each of N numbers in [0, 1)."""

from __future__ import annotations

import torch
from torch import Tensor


def colour(images: Tensor, numbers: Tensor) -> Tensor:
    """Brightness ±0.5, saturation × [0, 2), contrast × [0.5, 1.5); N×C×H×W, `numbers` N×3."""
    brightness, saturation, contrast = numbers.T.reshape(3, -1, 1, 1, 1)
    images = images + (brightness - 0.5)
    images = grown(images, images.mean(1, keepdim=True), 2 * saturation)
    return grown(images, images.mean((1, 2, 3), keepdim=True), contrast + 0.5)


def grown(images: Tensor, mean: Tensor, factor: Tensor) -> Tensor:
    return mean + (images - mean) * factor


def translation(images: Tensor, numbers: Tensor) -> Tensor:
    """Shifts of whole pixels by up to an eighth of each side; zeros move in; N×C×H×W, `numbers` N×2 or more."""
    for axis in (2, 3):
        side = images.shape[axis]
        reach = (side + 4) // 8
        shift = torch.floor(numbers[:, axis - 2] * (2 * reach + 1)) - reach
        source = torch.arange(side, device=images.device) - shift.long()[:, None]
        shape = [len(images), 1, *(side if other == axis else 1 for other in (2, 3))]
        inside = ((source >= 0) & (source < side)).view(shape)
        index = source.clamp(0, side - 1).view(shape).expand_as(images)
        images = images.gather(axis, index) * inside
    return images


def cutout(images: Tensor, numbers: Tensor) -> Tensor:
    """Zeros in a rectangle of half of each side (rounded up) around any pixel; N×C×H×W, `numbers` N×2 or more."""
    hidden = torch.ones((), dtype=torch.bool, device=images.device)
    for axis in (2, 3):
        side = images.shape[axis]
        size = (side + 1) // 2
        first = torch.floor(numbers[:, axis - 2] * (side + 1 - size % 2)) - size // 2
        place = torch.arange(side, device=images.device) - first[:, None]
        shape = [len(images), 1, *(side if other == axis else 1 for other in (2, 3))]
        hidden = hidden & ((place >= 0) & (place < size)).view(shape)
    return images * ~hidden


TRANSFORMS = {"colour": colour, "translation": translation, "cutout": cutout}
NUMBERS = 3
"""How many numbers the neediest of them takes for a picture."""
