"""The largest singular value among a player's layers: it grows before a divergence (Brock et al. 2019, section 4)."""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.doctor.glance import Glance

ITERATIONS = 2


def signals(glance: Glance) -> dict[str, Tensor]:
    """`spectral_norm` of each player: the largest over its layers, each a matrix of out × rest, a bound from below."""
    return {
        f"{turn}/spectral_norm": torch.stack(
            [spectral_norm(weights.detach()) for weights in player.parameters if weights.dim() > 1]
        ).amax()
        for turn, player in glance.players.items()
        if any(weights.dim() > 1 for weights in player.parameters)
    }


def spectral_norm(weights: Tensor) -> Tensor:
    """σ by two power iterations from the mean of the rows' signs: cheap, the same each time, never above the truth."""
    matrix = weights.float().flatten(1)
    vector = matrix.sign().mean(0) + 1e-6
    for _ in range(ITERATIONS):
        image = matrix @ (vector / vector.norm().clamp(min=1e-12))
        vector = matrix.T @ (image / image.norm().clamp(min=1e-12))
    largest: Tensor = vector.norm()
    return largest
