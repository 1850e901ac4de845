"""G's own output: pixels stuck at the ends of their range, and a checkerboard at the stride of its layers."""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.doctor.glance import Glance

EDGE = 0.99
SMALLEST = 16


def signals(glance: Glance) -> dict[str, Tensor]:
    """Of images: `saturated`, the share of numbers beyond ±.99 above that of real images; `flat`, the share of pixels
    that are the same in all fakes but not in all real ones, where there are several; `checkerboard`.
    """
    if not glance.has("real", "fake") or not glance.game.spec.is_image:
        return {}
    real, fake = glance.judged["real"].float(), glance.judged["fake"].float()
    found = {"saturated": (fake.abs() > EDGE).float().mean() - (real.abs() > EDGE).float().mean()}
    if min(len(real), len(fake)) > 1:
        found["flat"] = ((fake.std(0) < 1e-4) & (real.std(0) > 1e-2)).float().mean()
    if min(fake.shape[2:]) >= SMALLEST:
        found["checkerboard"] = checkerboard(fake) / checkerboard(real).clamp(min=1e-6)
    return found


def checkerboard(images: Tensor) -> Tensor:
    """The energy of N×C×H×W images at exactly half the sampling frequency, over that of the frequencies beside it.

    Transposed convolutions whose kernel the stride does not divide overlap unevenly with period 2 (Odena et al. 2016,
    "Deconvolution and Checkerboard Artifacts").
    """
    height, width = (side // 2 * 2 for side in images.shape[2:])
    energy = torch.fft.rfft2(images[:, :, :height, :width]).abs().square().mean((0, 1))
    row, column = height // 2, width // 2
    at = energy[row, 0] + energy[0, column] + energy[row, column]
    beside = energy[row - 2, 0] + energy[0, column - 2] + energy[row - 2, column - 2]
    ratio: Tensor = at / beside.clamp(min=1e-12)
    return ratio
