"""DCGAN (Radford et al. 2016, arXiv:1511.06434): strided convolutions, no pooling, no hidden dense layer.

Batch norm everywhere but G's output and D's input; ReLU and tanh in G, LeakyReLU(0.2) in D; N(0, 0.02) weights.
At 64×64 the layers are exactly the paper's; other sizes have as many doublings as fit, cropped at the end.
Options: averages instead of strides on the way down, nearest neighbours instead of transposed convolutions up.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from torch import Tensor, nn

from ganworks.config import Positive
from ganworks.networks.projection import Projection
from ganworks.networks.sizes import centre_crop, halvings, seed_size

Rise = Literal["transposed", "nearest"]
"""The way up: nearest neighbours cannot leave a checkerboard (Odena et al. 2016, doi:10.23915/distill.00003)."""


def widths(shape: tuple[int, ...], width: int) -> list[int]:
    """Channels at each scale, finest first: width, 2·width, … at most 8·width."""
    return [width * min(8, 2**scale) for scale in range(halvings(shape))]


class Generator(nn.Module):
    """Project z, then transposed 4×4 convolutions double the map; N×latent to N×C×H×W in (−1, 1)."""

    def __init__(
        self,
        shape: tuple[int, ...],
        latent: int,
        width: Positive = 64,
        up: Rise = "transposed",
    ) -> None:
        super().__init__()
        channels = widths(shape, width)[::-1]
        seed = seed_size(shape, len(channels))
        layers: list[nn.Module] = [nn.ConvTranspose2d(latent, channels[0], seed, bias=False)]
        for coarse, fine in pairwise(channels):
            layers += [nn.BatchNorm2d(coarse), nn.ReLU(inplace=True), *doubling(up, coarse, fine, bias=False)]
        layers += [nn.BatchNorm2d(channels[-1]), nn.ReLU(inplace=True), *doubling(up, channels[-1], shape[0])]
        layers.append(nn.Tanh())
        self.layers = nn.Sequential(*layers)
        self.shape = shape
        self.apply(initialise)

    def forward(self, latent: Tensor, condition: Tensor | None = None) -> Tensor:
        return centre_crop(self.layers(latent[:, :, None, None]), self.shape)


class Discriminator(nn.Module):
    """4×4 convolutions of stride 2 halve the map, one more covers what is left; N×C×H×W to N×1 logits."""

    def __init__(
        self,
        shape: tuple[int, ...],
        conditions: int = 0,
        width: Positive = 64,
        batch_norm: bool = True,
        down: Literal["strided", "average"] = "strided",
    ) -> None:
        super().__init__()
        channels = widths(shape, width)
        layers: list[nn.Module] = [*halving(down, shape[0], channels[0]), nn.LeakyReLU(0.2, inplace=True)]
        for fine, coarse in pairwise(channels):
            layers += halving(down, fine, coarse, bias=not batch_norm)
            layers += [nn.BatchNorm2d(coarse)] if batch_norm else []
            layers.append(nn.LeakyReLU(0.2, inplace=True))
        left = [side >> len(channels) for side in shape[1:]]
        self.features = nn.Sequential(*layers, nn.Flatten())
        self.head = Projection(channels[-1] * left[0] * left[1], conditions)
        self.apply(initialise)

    def forward(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        logits: Tensor = self.head(self.features(images), condition)
        return logits


def doubling(up: Rise, coarse: int, fine: int, bias: bool = True) -> list[nn.Module]:
    """N×coarse×H×W to N×fine×2H×2W: a transposed convolution, or nearest neighbours before a 3×3 one."""
    if up == "transposed":
        return [nn.ConvTranspose2d(coarse, fine, 4, 2, 1, bias=bias)]
    return [nn.Upsample(scale_factor=2), nn.Conv2d(coarse, fine, 3, 1, 1, bias=bias)]


def halving(down: str, fine: int, coarse: int, bias: bool = True) -> list[nn.Module]:
    """N×fine×H×W to N×coarse×H/2×W/2: a strided convolution, or averages of four after a 3×3 one."""
    if down == "strided":
        return [nn.Conv2d(fine, coarse, 4, 2, 1, bias=bias)]
    return [nn.Conv2d(fine, coarse, 3, 1, 1, bias=bias), nn.AvgPool2d(2)]


def initialise(layer: nn.Module) -> None:
    """Weights N(0, 0.02), batch norm gains N(1, 0.02), biases 0."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(layer.weight, 0.0, 0.02)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1.0, 0.02)
    if isinstance(getattr(layer, "bias", None), nn.Parameter):
        nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
