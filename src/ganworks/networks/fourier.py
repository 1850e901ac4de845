"""Fourier features: what lets a dense network see detail that it would be slow to learn."""

from __future__ import annotations

from math import log, tau

import torch
from torch import Tensor, nn

from ganworks.networks.precision import in_full

COARSEST = 0.25


class FourierFeatures(nn.Module):
    """x → (x, sin 2πBx, cos 2πBx); N×D to N×(D + 2·count).

    Rows of B point in random directions, and are from 0.25 to `finest` cycles per unit long, uniformly in their
    logarithm: as much of every scale. B is drawn once and never learnt. Tancik et al. 2020 (arXiv:2006.10739), whose
    lengths are those of a Gaussian.
    """

    def __init__(self, inputs: int, count: int, finest: float) -> None:
        super().__init__()
        directions = nn.functional.normalize(torch.randn(inputs, count), dim=0)
        lengths = torch.empty(count).uniform_(log(COARSEST), log(finest)).exp()
        self.register_buffer("frequencies", tau * directions * lengths)
        self.frequencies: Tensor

    def forward(self, points: Tensor) -> Tensor:
        with torch.autocast(points.device.type, enabled=False):  # a phase of many periods has no digits left in bf16
            phases = in_full(points) @ self.frequencies
        return torch.cat([points, phases.sin(), phases.cos()], dim=1)
