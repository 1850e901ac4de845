"""Weight clipping: a crude Lipschitz bound (Arjovsky et al. 2017, arXiv:1701.07875, Algorithm 1)."""

import torch
from torch import nn


@torch.no_grad()
def clip_weights(network: nn.Module, limit: float) -> None:
    """Clamp every parameter of `network` to [−limit, limit] in place."""
    for weights in network.parameters():
        weights.clamp_(-limit, limit)
