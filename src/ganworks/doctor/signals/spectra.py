"""The largest singular value among a player's layers: it grows before a divergence (Brock et al. 2019, section 4)."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvTransposeNd
from torch.nn.utils.parametrize import ParametrizationList

from ganworks.doctor.glance import Glance

ITERATIONS = 2


def signals(glance: Glance) -> dict[str, Tensor]:
    """`spectral_norm` of each player: the largest over its layers, each a matrix of out × rest as it is applied, a
    bound from below.
    """
    return {
        f"{turn}/spectral_norm": torch.stack([spectral_norm(matrix) for matrix in found]).amax()
        for turn, player in glance.players.items()
        if (found := [matrix for network in player.networks for matrix in matrices(network)])
    }


def matrices(network: nn.Module) -> Iterator[Tensor]:
    """The weights of all layers as out × rest, of normalised layers as they normalise them."""
    for layer in network.modules():
        if isinstance(layer, ParametrizationList):
            continue
        names = [name for name, _ in layer.named_parameters(recurse=False)]
        for name in [*names, *getattr(layer, "parametrizations", ())]:
            weights: Tensor = getattr(layer, name).detach()
            if weights.dim() > 1:
                yield (weights.transpose(0, 1) if isinstance(layer, _ConvTransposeNd) else weights).float().flatten(1)


def spectral_norm(matrix: Tensor) -> Tensor:
    """σ by two power iterations from the mean of the rows' signs: cheap, the same each time, never above the truth."""
    vector = matrix.sign().mean(0) + 1e-6
    for _ in range(ITERATIONS):
        image = matrix @ (vector / vector.norm().clamp(min=1e-12))
        vector = matrix.T @ (image / image.norm().clamp(min=1e-12))
    largest: Tensor = vector.norm()
    return largest
