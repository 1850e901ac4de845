"""DCGAN (Radford et al. 2016, arXiv:1511.06434): strided convolutions, no pooling, no hidden dense layer.

Batch norm everywhere but G's output and D's input; ReLU and tanh in G, LeakyReLU(0.2) in D; N(0, 0.02) weights.
At 64×64 the layers are exactly the paper's; other sizes have as many doublings as fit, cropped at the end.
"""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn

from ganworks.config import Positive
from ganworks.networks.projection import Projection
from ganworks.networks.sizes import centre_crop, halvings, seed_size


def widths(shape: tuple[int, ...], width: int) -> list[int]:
    """Channels at each scale, finest first: width, 2·width, … at most 8·width."""
    return [width * min(8, 2**scale) for scale in range(halvings(shape))]


class Generator(nn.Module):
    """Project z, then transposed 4×4 convolutions double the map; N×latent to N×C×H×W in (−1, 1)."""

    def __init__(self, shape: tuple[int, ...], latent: int, width: Positive = 64) -> None:
        super().__init__()
        channels = widths(shape, width)[::-1]
        seed = seed_size(shape, len(channels))
        layers: list[nn.Module] = [nn.ConvTranspose2d(latent, channels[0], seed, bias=False)]
        for coarse, fine in pairwise(channels):
            layers += [
                nn.BatchNorm2d(coarse),
                nn.ReLU(inplace=True),
                nn.ConvTranspose2d(coarse, fine, 4, 2, 1, bias=False),
            ]
        layers += [
            nn.BatchNorm2d(channels[-1]),
            nn.ReLU(inplace=True),
            nn.ConvTranspose2d(channels[-1], shape[0], 4, 2, 1),
            nn.Tanh(),
        ]
        self.layers = nn.Sequential(*layers)
        self.shape = shape
        self.apply(initialise)

    def forward(self, latent: Tensor, condition: Tensor | None = None) -> Tensor:
        return centre_crop(self.layers(latent[:, :, None, None]), self.shape)


class Discriminator(nn.Module):
    """4×4 convolutions of stride 2 halve the map, one more covers what is left; N×C×H×W to N×1 logits."""

    def __init__(
        self, shape: tuple[int, ...], conditions: int = 0, width: Positive = 64, batch_norm: bool = True
    ) -> None:
        super().__init__()
        channels = widths(shape, width)
        layers: list[nn.Module] = [nn.Conv2d(shape[0], channels[0], 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
        for fine, coarse in pairwise(channels):
            layers.append(nn.Conv2d(fine, coarse, 4, 2, 1, bias=not batch_norm))
            layers += [nn.BatchNorm2d(coarse)] if batch_norm else []
            layers.append(nn.LeakyReLU(0.2, inplace=True))
        left = [side >> len(channels) for side in shape[1:]]
        self.features = nn.Sequential(*layers, nn.Flatten())
        self.head = Projection(channels[-1] * left[0] * left[1], conditions)
        self.apply(initialise)

    def forward(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        logits: Tensor = self.head(self.features(images), condition)
        return logits


def initialise(layer: nn.Module) -> None:
    """Weights N(0, 0.02), batch norm gains N(1, 0.02), biases 0."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(layer.weight, 0.0, 0.02)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1.0, 0.02)
    if isinstance(getattr(layer, "bias", None), nn.Parameter):
        nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
