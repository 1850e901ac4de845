"""Stacked MNIST: three digits drawn at random as the colours of one image, 1000 modes (Metz et al. 2016)."""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.randomness import generator


def stacked(digits: Tensor, labels: Tensor, count: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """`count` stacks of grey images, count×3×H×W, and the labels of their channels, count×3.

    Each channel is one of the N×1×H×W `digits`, drawn with replacement; the seed decides which (arXiv:1611.02163,
    section 3.3.1). Raises GanworksError for other shapes.
    """
    if digits.ndim != 4 or digits.shape[1] != 1 or not len(digits) or labels.shape != (len(digits),):
        shapes = f"{tuple(digits.shape)} and {tuple(labels.shape)}"
        raise GanworksError(f"stacks are made of N×1×H×W grey images and N labels, not of {shapes}")
    if count < 1:
        raise GanworksError(f"{count} stacks cannot be made: ask for at least 1")
    chosen = torch.randint(len(digits), (count, 3), generator=generator(seed, "stacked"))
    return digits[:, 0][chosen], labels[chosen]
