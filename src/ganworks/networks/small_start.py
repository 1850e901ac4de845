"""A beginning for networks whose output is added to something that is good already."""

from __future__ import annotations

import torch
from torch import nn


@torch.no_grad()
def start_small(last: nn.Module) -> None:
    """Leave a hundredth of the last layer's weights, so that training begins with what its output is added to."""
    for weights in last.parameters():
        weights.mul_(0.01)
