"""The discriminator of SRGAN (Ledig et al. 2017, arXiv:1609.04802, figure 4): VGG with strides where it pools.

k3n64s1, k3n64s2, k3n128s1, … k3n512s2, dense 1024, dense 1; small images have fewer of the four halvings.
"""

from __future__ import annotations

from math import ceil, log2

from torch import Tensor, nn

from ganworks.config import Positive
from ganworks.networks.projection import Projection
from ganworks.networks.sizes import halvings


class Discriminator(nn.Module):
    """N×C×H×W images and maybe N×conditions to N×1 logits.

    Args:
        shape: C×H×W; the dense layer fits it.
        width: channels after the first convolution; the dense layer has 16 times as many.
    """

    def __init__(self, shape: tuple[int, ...], conditions: int = 0, width: Positive = 64) -> None:
        super().__init__()
        halvings(shape)  # refuses tiny images
        stages = min(4, int(log2(min(shape[1:]))) - 1)
        layers: list[nn.Module] = []
        fine = shape[0]
        for stage in range(stages):
            coarse = width * 2**stage
            layers += normed(fine, coarse, 1) if stage else [nn.Conv2d(fine, coarse, 3, 1, 1), nn.LeakyReLU(0.2)]
            layers += normed(coarse, coarse, 2)
            fine = coarse
        left = [ceil(side / 2**stages) for side in shape[1:]]
        dense = [nn.Linear(fine * left[0] * left[1], 16 * width), nn.LeakyReLU(0.2)]
        self.features = nn.Sequential(*layers, nn.Flatten(), *dense)
        self.head = Projection(16 * width, conditions)

    def forward(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        logits: Tensor = self.head(self.features(images), condition)
        return logits


def normed(fine: int, coarse: int, stride: int) -> list[nn.Module]:
    return [nn.Conv2d(fine, coarse, 3, stride, 1, bias=False), nn.BatchNorm2d(coarse), nn.LeakyReLU(0.2)]
