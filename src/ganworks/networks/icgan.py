"""The encoder of IcGAN (Perarnau et al. 2016, arXiv:1611.06355), which finds what a generator was given."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn

from ganworks.config import Positive
from ganworks.networks.sizes import halvings, seed_size


class Encoder(nn.Module):
    """5×5 convolutions of stride 2, a dense layer, and one more; N×C×H×W images to N×`numbers`.

    Batch norm and ReLU after all layers but the last. At 64×64 the convolutions are exactly the paper's four, of 32 to
    256 channels; other sizes have as many as fit.

    Args:
        shape: C×H×W.
        numbers: what is found.
        width: channels after the first convolution.
        dense: numbers in the hidden dense layer; the paper has 4096 for z and 512 for y.
    """

    def __init__(self, shape: tuple[int, ...], numbers: int, width: Positive = 32, dense: Positive = 512) -> None:
        super().__init__()
        depth = halvings(shape)
        channels = [shape[0], *(width * min(8, 2**scale) for scale in range(depth))]
        layers: list[nn.Module] = []
        for fine, coarse in pairwise(channels):
            layers += [nn.Conv2d(fine, coarse, 5, 2, 2, bias=False), nn.BatchNorm2d(coarse), nn.ReLU()]
        height, wide = seed_size(shape, depth)
        layers += [nn.Flatten(), nn.Linear(channels[-1] * height * wide, dense, bias=False)]
        self.layers = nn.Sequential(*layers, nn.BatchNorm1d(dense), nn.ReLU(), nn.Linear(dense, numbers))

    def forward(self, images: Tensor) -> Tensor:
        found: Tensor = self.layers(images)
        return found
