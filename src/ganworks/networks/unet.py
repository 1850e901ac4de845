"""The U-Net of pix2pix (Isola et al. 2017, arXiv:1611.07004, section 6.1): skips between mirrored halvings.

At 256×256 the layers are exactly the paper's, C64-C128-C256-C512-C512-C512-C512-C512 and back, 1×1 in the middle.
Smaller images are halved less often, and odd sizes lose half a pixel on the way down that they get back on the way up.
"""

from __future__ import annotations

from math import log2

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pad

from ganworks.config import Positive, Share
from ganworks.networks.dcgan import Rise, initialise
from ganworks.networks.global_skip import begin_with_the_image
from ganworks.networks.norms import Norm, norm_layer
from ganworks.networks.sizes import halvings, require_size, scale_between


class Up(nn.Module):
    """ReLU, a transposed 4×4 convolution to the asked size, or a 3×3 one of nearest neighbours, and what finishes it;
    N×coarse×h×w to N×fine×size.
    """

    def __init__(self, coarse: int, fine: int, bias: bool, *finish: nn.Module, up: Rise = "transposed") -> None:
        super().__init__()
        self.activation = nn.ReLU()
        self.conv: nn.ConvTranspose2d | nn.Conv2d
        if up == "transposed":
            self.conv = nn.ConvTranspose2d(coarse, fine, 4, 2, 1, bias=bias)
        else:
            self.conv = nn.Conv2d(coarse, fine, 3, 1, 1, bias=bias)
        self.finish = nn.Sequential(*finish)

    def forward(self, maps: Tensor, size: list[int]) -> Tensor:
        maps = self.activation(maps)
        if isinstance(self.conv, nn.ConvTranspose2d):
            return self.finish(self.conv(maps, size))  # type: ignore[no-any-return]
        return self.finish(self.conv(repeated(maps, size)))  # type: ignore[no-any-return]


def repeated(maps: Tensor, size: list[int]) -> Tensor:
    """Every pixel of N×C×h×w maps as 2×2; the last row or column once more where the size, 2h or 2h + 1, is odd."""
    doubled = interpolate(maps, scale_factor=2)
    below, right = size[0] - doubled.shape[2], size[1] - doubled.shape[3]
    return pad(doubled, (0, right, 0, below), "replicate") if below or right else doubled


class Translator(nn.Module):
    """Images N×C×h×w in [-1, 1], h and w ≥ `smallest`, to N×C'×h×w in (−1, 1), with a global skip beyond that.

    Args:
        shape, given: C×H×W of what it makes and of what it is given; they set how often images are halved.
        width: channels after the first convolution.
        norm: batch, or instance as for batches of one; none after the first and the innermost convolution.
        dropout: of the first three layers on the way up, the paper's only noise.
        up: transposed convolutions on the way up, or nearest neighbours before plain ones.
        global_skip: what it makes is added to the image, with which it begins and which it then changes, as in the
            resnet-translator.
    """

    scale = 1
    multiple = 1
    local = True  # in evaluation mode, with batch norm

    def __init__(
        self,
        shape: tuple[int, ...],
        given: tuple[int, ...],
        width: Positive = 64,
        norm: Norm = "batch",
        dropout: Share = 0.5,
        up: Rise = "transposed",
        global_skip: bool = False,
    ) -> None:
        super().__init__()
        scale_between(shape, given, (1,))
        halvings(shape)  # refuses tiny images
        depth = min(8, int(log2(min(shape[1:]))))
        widths = [width * min(8, 2**level) for level in range(depth)]
        bias = norm == "instance"

        self.downs = nn.ModuleList([nn.Conv2d(given[0], width, 4, 2, 1)])
        for level in range(1, depth):
            innermost = level == depth - 1
            conv = nn.Conv2d(widths[level - 1], widths[level], 4, 2, 1, bias=bias or innermost)
            # One pixel minus its own mean would be 0.
            norms = [] if innermost else [norm_layer(norm, widths[level])]
            self.downs.append(nn.Sequential(nn.LeakyReLU(0.2), conv, *norms))

        self.ups = nn.ModuleList()
        for level in reversed(range(1, depth)):
            coarse = widths[level] * (1 if level == depth - 1 else 2)
            noise = [nn.Dropout(dropout)] if level >= depth - 3 else []
            self.ups.append(Up(coarse, widths[level - 1], bias, norm_layer(norm, widths[level - 1]), *noise, up=up))
        self.ups.append(Up(2 * width, shape[0], True, nn.Tanh(), up=up))
        self.smallest = self.grid = 2**depth
        self.reach = 2 ** (depth + 1) - 1
        self.apply(initialise)
        self.global_skip = global_skip
        if global_skip:
            begin_with_the_image(self.ups[-1], shape, given)

    def forward(self, images: Tensor) -> Tensor:
        require_size(images, self.smallest)
        maps, skips = images, []
        for down in self.downs:
            skips.append(maps)
            maps = down(maps)
        for up in self.ups[:-1]:
            skip = skips.pop()
            maps = torch.cat([up(maps, skip.shape[2:]), skip], 1)
        made: Tensor = self.ups[-1](maps, images.shape[2:])
        return images + 2 * made if self.global_skip else made  # two images are at most 2 apart
