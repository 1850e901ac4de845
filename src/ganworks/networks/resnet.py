"""The residual players of SNGAN (Miyato et al. 2018, arXiv:1802.05957, table 4)."""

from __future__ import annotations

from math import prod, sqrt

from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate

from ganworks.config import Positive
from ganworks.networks.projection import Projection
from ganworks.networks.sizes import centre_crop, halvings, seed_size


class Up(nn.Module):
    """BN, ReLU, doubling, 3×3, BN, ReLU, 3×3, added to the doubled input; N×C×H×W to N×C×2H×2W."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList([nn.BatchNorm2d(width), nn.BatchNorm2d(width)])
        self.convs = nn.ModuleList([nn.Conv2d(width, width, 3, 1, 1), nn.Conv2d(width, width, 3, 1, 1)])
        self.activations = nn.ModuleList([nn.ReLU(), nn.ReLU()])
        self.shortcut = nn.Conv2d(width, width, 1)

    def forward(self, maps: Tensor) -> Tensor:
        inner = self.convs[0](interpolate(self.activations[0](self.norms[0](maps)), scale_factor=2))
        inner = self.convs[1](self.activations[1](self.norms[1](inner)))
        # A 1×1 convolution commutes with nearest doubling, and is four times cheaper before it.
        return inner + interpolate(self.shortcut(maps), scale_factor=2)  # type: ignore[no-any-return]


class Down(nn.Module):
    """ReLU (unless first), 3×3, ReLU, 3×3, halving by averages if asked, added to the likewise halved input."""

    def __init__(self, fine: int, coarse: int, halve: bool = False, first: bool = False) -> None:
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(fine, coarse, 3, 1, 1), nn.Conv2d(coarse, coarse, 3, 1, 1)])
        self.shortcut = nn.Conv2d(fine, coarse, 1) if halve or fine != coarse else nn.Identity()
        self.activations = nn.ModuleList([nn.Identity() if first else nn.ReLU(), nn.ReLU()])
        self.halve = halve

    def forward(self, maps: Tensor) -> Tensor:
        inner = self.convs[0](self.activations[0](maps))
        inner = self.convs[1](self.activations[1](inner))
        if self.halve:
            inner, maps = avg_pool2d(inner, 2), avg_pool2d(maps, 2)
        return inner + self.shortcut(maps)  # type: ignore[no-any-return]


class Generator(nn.Module):
    """Dense, residual doublings, BN, ReLU, 3×3, tanh; N×latent to N×C×H×W in (−1, 1)."""

    def __init__(self, shape: tuple[int, ...], latent: int, width: Positive = 256) -> None:
        super().__init__()
        doublings = halvings(shape)
        self.seed = (width, *seed_size(shape, doublings))
        self.project = nn.Linear(latent, prod(self.seed))
        self.blocks = nn.Sequential(*[Up(width) for _ in range(doublings)])
        self.paint = nn.Sequential(nn.BatchNorm2d(width), nn.ReLU(), nn.Conv2d(width, shape[0], 3, 1, 1), nn.Tanh())
        self.shape = shape
        initialise(self)

    def forward(self, latent: Tensor, condition: Tensor | None = None) -> Tensor:
        maps = self.project(latent).view(-1, *self.seed)
        return centre_crop(self.paint(self.blocks(maps)), self.shape)


class Discriminator(nn.Module):
    """Residual halvings, two plain blocks, ReLU, sum over space, dense; N×C×H×W to N×1 logits."""

    def __init__(self, shape: tuple[int, ...], conditions: int = 0, width: Positive = 128) -> None:
        super().__init__()
        halvings_left = max(1, halvings(shape) - 1)
        halved = [Down(width if i else shape[0], width, halve=True, first=i == 0) for i in range(halvings_left)]
        self.features = nn.Sequential(*halved, Down(width, width), Down(width, width), nn.ReLU())
        self.head = Projection(width, conditions)
        initialise(self)

    def forward(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        logits: Tensor = self.head(self.features(images).sum((2, 3)), condition)
        return logits


def initialise(network: nn.Module) -> None:
    """Xavier uniform, with gain √2 inside residual branches, as in the authors' code; biases 0."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    for block in network.modules():
        if isinstance(block, Up | Down):
            for conv in block.convs:
                nn.init.xavier_uniform_(conv.weight, sqrt(2))  # type: ignore[arg-type]
