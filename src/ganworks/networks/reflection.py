"""Reflection padding that can be differentiated deterministically on a GPU, which torch's own cannot."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Reflection(nn.Module):
    """N×C×H×W, H and W > `rim`, to N×C×(H + 2·rim)×(W + 2·rim), mirrored about the outermost pixels."""

    def __init__(self, rim: int) -> None:
        super().__init__()
        self.rim = rim

    def forward(self, maps: Tensor) -> Tensor:
        for axis in (2, 3):
            before = maps.narrow(axis, 1, self.rim).flip(axis)
            after = maps.narrow(axis, maps.shape[axis] - 1 - self.rim, self.rim).flip(axis)
            maps = torch.cat([before, maps, after], axis)
        return maps
