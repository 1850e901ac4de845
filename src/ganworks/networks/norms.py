"""The norm after a convolution, by option."""

from __future__ import annotations

from typing import Literal

from torch import nn

Norm = Literal["batch", "instance"]


def norm_layer(kind: Norm, width: int) -> nn.Module:
    """N×width×H×W to the same; instance norm learns and remembers nothing, as in pix2pix's and CycleGAN's code."""
    return nn.BatchNorm2d(width) if kind == "batch" else nn.InstanceNorm2d(width)
