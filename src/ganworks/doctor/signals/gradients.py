"""How strong the gradient of every player is, and whether it reaches its first layer."""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.doctor.glance import Glance


def signals(glance: Glance) -> dict[str, Tensor]:
    """Norm per player, relative to the norm of its weights, and the first over the last layer's per weight."""
    found: dict[str, Tensor] = {}
    for turn, player in glance.players.items():
        layers = [weights for weights in player.parameters if weights.grad is not None and weights.dim() > 1]
        if not layers:
            continue
        norms = torch.stack([weights.grad.norm() for weights in layers if weights.grad is not None])
        size = torch.stack(torch._foreach_norm([weights.detach() for weights in layers])).norm()
        found[f"{turn}/gradient"] = norms.norm() / size.clamp(min=1e-12)
        found[f"{turn}/first_to_last"] = rooted(norms[0], layers[0]) / rooted(norms[-1], layers[-1]).clamp(min=1e-20)
    return found


def rooted(norm: Tensor, weights: Tensor) -> Tensor:
    """The root mean square of a gradient whose norm is known."""
    mean: Tensor = norm / weights.numel() ** 0.5
    return mean
