"""Weight clipping: a crude Lipschitz bound (Arjovsky et al. 2017, arXiv:1701.07875, Algorithm 1)."""

import torch
from torch import nn

from ganworks.errors import UsageError
from ganworks.stabilisers.stabiliser import Player, Stabiliser


@torch.no_grad()
def clip_weights(network: nn.Module, limit: float) -> None:
    """Clamp every parameter of `network` to [−limit, limit] in place."""
    for weights in network.parameters():
        weights.clamp_(-limit, limit)


class WeightClipping(Stabiliser):
    """w ← clip(w, −c, c) of all D's parameters, whatever their shapes, after every turn of D; c = `limit` > 0."""

    def __init__(self, limit: float = 0.01) -> None:
        super().__init__()
        if not limit > 0:
            raise UsageError(f"weight-clipping: limit={limit} must be above 0")
        self.limit = limit

    def afterwards(self, player: Player, network: nn.Module) -> None:
        if player == "discriminator":
            clip_weights(network, self.limit)


stabiliser = WeightClipping
