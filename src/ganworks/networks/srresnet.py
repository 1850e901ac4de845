"""SRResNet, the generator of SRGAN (Ledig et al. 2017, arXiv:1609.04802, figure 4): residual blocks on the small image.

k9n64s1, sixteen blocks and a skip around them, k3n256s1 and a pixel shuffle for each doubling, k9n3s1.
"""

from __future__ import annotations

from math import ceil, log2

from torch import Tensor, nn
from torch.nn.functional import interpolate

from ganworks.config import Positive
from ganworks.networks.global_skip import begin_with_the_image
from ganworks.networks.sizes import scale_between


class Residual(nn.Module):
    """3×3, BN, PReLU, 3×3, BN, added to the input; N×width×H×W to the same."""

    def __init__(self, width: int, batch_norm: bool) -> None:
        super().__init__()
        first, second = normed(width, batch_norm), normed(width, batch_norm)
        self.layers = nn.Sequential(*first, nn.PReLU(width), *second)

    def forward(self, maps: Tensor) -> Tensor:
        return maps + self.layers(maps)  # type: ignore[no-any-return]


class Translator(nn.Module):
    """Images N×C×h×w in [-1, 1] of any size to N×C'×(scale·h)×(scale·w), unbounded as published: clamp them to show.

    Args:
        shape, given: C×H×W of what it makes and of what it is given, 2 or 4 times as high and wide.
        blocks, width: of the residual trunk.
        batch_norm: as in SRGAN; ESRGAN trains better without.
        global_skip: what it makes is added to the image enlarged by bicubic interpolation, where it begins (Kim et al.
            2016, arXiv:1511.04587, section 3.1); SRGAN has none and needs many more steps for what that knows.
    """

    multiple = 1
    smallest = 1
    local = True  # in evaluation mode

    def __init__(
        self,
        shape: tuple[int, ...],
        given: tuple[int, ...],
        blocks: Positive = 16,
        width: Positive = 64,
        batch_norm: bool = True,
        global_skip: bool = False,
    ) -> None:
        super().__init__()
        self.scale = scale_between(shape, given, (2, 4))
        doublings = int(log2(self.scale))
        self.enter = nn.Sequential(nn.Conv2d(given[0], width, 9, 1, 4), nn.PReLU(width))
        self.trunk = nn.Sequential(*(Residual(width, batch_norm) for _ in range(blocks)), *normed(width, batch_norm))
        self.enlarge = nn.Sequential(*(layer for _ in range(doublings) for layer in doubling(width)))
        self.paint = nn.Conv2d(width, shape[0], 9, 1, 4)
        self.global_skip = global_skip
        if global_skip:
            begin_with_the_image(self.paint, shape, given)

        self.reach = 4
        """Pixels given to every side of one that change what becomes of it."""
        for _ in range(doublings):
            self.reach = ceil(self.reach / 2) + 1
        self.reach += 2 * blocks + 1 + 4

    def forward(self, images: Tensor) -> Tensor:
        maps = self.enter(images)
        made: Tensor = self.paint(self.enlarge(maps + self.trunk(maps)))
        return made + interpolate(images, scale_factor=self.scale, mode="bicubic") if self.global_skip else made


def normed(width: int, batch_norm: bool) -> list[nn.Module]:
    norms = [nn.BatchNorm2d(width)] if batch_norm else []
    return [nn.Conv2d(width, width, 3, 1, 1, bias=not batch_norm), *norms]


def doubling(width: int) -> list[nn.Module]:
    """N×width×H×W to N×width×2H×2W (Shi et al. 2016, arXiv:1609.05158)."""
    return [nn.Conv2d(width, 4 * width, 3, 1, 1), nn.PixelShuffle(2), nn.PReLU(width)]
