"""Changing a network that somebody else has built: layers of one kind for others in their places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

Kinds = tuple[type[nn.Module], ...]

CONVOLUTIONS: Kinds = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
WEIGHTED: Kinds = (nn.Linear, *CONVOLUTIONS)
BATCH_NORMS: Kinds = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
ACTIVATIONS: Kinds = (nn.ReLU, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.SiLU, nn.GELU)


def replace(network: nn.Module, kinds: Kinds, make: Callable[[Any], nn.Module]) -> int:
    """Put `make(layer)` where every layer of `kinds` is; how many there were."""
    found = [
        (parent, name, layer)
        for parent in network.modules()
        for name, layer in parent.named_children()
        if isinstance(layer, kinds)
    ]
    for parent, name, layer in found:
        setattr(parent, name, make(layer))
    return len(found)
