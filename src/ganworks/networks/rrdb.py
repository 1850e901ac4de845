"""The generator of ESRGAN (Wang et al. 2018, arXiv:1809.00219, section 3.1): residual in residual dense blocks.

No norms; every residual is scaled by 0.2, and the dense blocks start with MSRA weights a tenth as large (appendix).
"""

from __future__ import annotations

from math import ceil, log2

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from ganworks.config import Positive
from ganworks.networks.global_skip import begin_with_the_image
from ganworks.networks.sizes import scale_between

SCALING = 0.2


class Dense(nn.Module):
    """Five 3×3 convolutions, each of all maps before it, added to the input; N×width×H×W to the same."""

    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv2d(width + number * growth, growth if number < 4 else width, 3, 1, 1) for number in range(5)
        )
        self.activation = nn.LeakyReLU(0.2)
        for conv in self.convs:
            nn.init.kaiming_normal_(conv.weight)  # type: ignore[arg-type]
            with torch.no_grad():
                conv.weight.mul_(0.1)  # type: ignore[operator]
            nn.init.zeros_(conv.bias)  # type: ignore[arg-type]

    def forward(self, maps: Tensor) -> Tensor:
        seen = maps
        for conv in self.convs[:-1]:
            seen = torch.cat([seen, self.activation(conv(seen))], 1)
        return maps + SCALING * self.convs[-1](seen)  # type: ignore[no-any-return]


class RRDB(nn.Module):
    """Three dense blocks, scaled with their own skips and added to the input; N×width×H×W to the same."""

    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*(Dense(width, growth) for _ in range(3)))

    def forward(self, maps: Tensor) -> Tensor:
        return maps + SCALING * self.blocks(maps)  # type: ignore[no-any-return]


class Translator(nn.Module):
    """Images N×C×h×w in [-1, 1] of any size to N×C'×(scale·h)×(scale·w), unbounded as published: clamp them to show.

    Args:
        shape, given: C×H×W of what it makes and of what it is given, 2 or 4 times as high and wide.
        blocks, width: of the trunk.
        growth: channels that each convolution of a dense block adds.
        global_skip: what it makes is added to the image enlarged by bicubic interpolation, where it begins (Kim et al.
            2016, arXiv:1511.04587, section 3.1); ESRGAN has none.
    """

    multiple = 1
    smallest = 1
    local = True

    def __init__(
        self,
        shape: tuple[int, ...],
        given: tuple[int, ...],
        blocks: Positive = 23,
        width: Positive = 64,
        growth: Positive = 32,
        global_skip: bool = False,
    ) -> None:
        super().__init__()
        self.scale = scale_between(shape, given, (2, 4))
        doublings = int(log2(self.scale))
        self.enter = nn.Conv2d(given[0], width, 3, 1, 1)
        self.trunk = nn.Sequential(*(RRDB(width, growth) for _ in range(blocks)), nn.Conv2d(width, width, 3, 1, 1))
        self.enlarge = nn.Sequential(*(layer for _ in range(doublings) for layer in doubling(width)))
        self.paint = nn.Sequential(
            nn.Conv2d(width, width, 3, 1, 1), nn.LeakyReLU(0.2), nn.Conv2d(width, shape[0], 3, 1, 1)
        )
        self.global_skip = global_skip
        if global_skip:
            begin_with_the_image(self.paint, shape, given)

        self.reach = 2
        """Pixels given to every side of one that change what becomes of it."""
        for _ in range(doublings):
            self.reach = ceil((self.reach + 1) / 2)
        self.reach += 15 * blocks + 1 + 1

    def forward(self, images: Tensor) -> Tensor:
        maps = self.enter(images)
        made: Tensor = self.paint(self.enlarge(maps + self.trunk(maps)))
        return made + interpolate(images, scale_factor=self.scale, mode="bicubic") if self.global_skip else made


def doubling(width: int) -> list[nn.Module]:
    """N×width×H×W to N×width×2H×2W: nearest neighbours before a 3×3 convolution."""
    return [nn.Upsample(scale_factor=2), nn.Conv2d(width, width, 3, 1, 1), nn.LeakyReLU(0.2)]
