"""What options may have put into a network after it said of itself how far it looks."""

from __future__ import annotations

from torch import nn
from torch.nn.modules.dropout import _DropoutNd
from torch.nn.modules.instancenorm import _InstanceNorm

WHOLE = (_InstanceNorm, nn.GroupNorm, nn.LayerNorm)
"""Norms that take statistics of the whole image."""


def is_local(network: nn.Module) -> bool:
    """Whether a network says that it is `local` and, as it is, neither a norm nor a draw of its own contradicts."""
    if not getattr(network, "local", False):
        return False
    return not draws(network) and not any(isinstance(layer, WHOLE) for layer in network.modules())


def draws(network: nn.Module) -> bool:
    """Whether dropout is on in it as it is, so that another seed gives another answer."""
    return any(
        isinstance(layer, _DropoutNd) and layer.p > 0 and (layer.training or getattr(layer, "lasting", False))
        for layer in network.modules()
    )
