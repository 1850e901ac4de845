"""The encoder and decoder of context encoders (Pathak et al. 2016, arXiv:1604.07379, figure 9), without skips.

At 128×128 the encoder is the paper's: 64, 64, 128, 256 and 512 maps, halved each time, and one 4×4 convolution of
what is left. The decoder mirrors it, so that it makes the whole picture, of which any part may be missing.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import conv_transpose2d

from ganworks.config import Positive
from ganworks.networks.dcgan import Rise, initialise
from ganworks.networks.sizes import halvings, require_size, scale_between
from ganworks.networks.unet import Up


class Translator(nn.Module):
    """Images N×C×h×w in [-1, 1], h and w ≥ `smallest`, to N×C'×h×w in (−1, 1).

    The innermost convolution covers all that is left of a square image of the size it was built for. Of a larger one
    it covers a window at every place, and where windows overlap the decoder goes on with the mean of what they say.

    Args:
        shape, given: C×H×W of what it makes and of what it is given.
        width: channels after the first convolution.
        bottleneck: numbers through which all goes that is known of a window; the paper has 4,000, at 128×128.
        up: transposed convolutions on the way up, or nearest neighbours before plain ones.
    """

    scale = 1
    multiple = 1
    local = True  # in evaluation mode

    def __init__(
        self,
        shape: tuple[int, ...],
        given: tuple[int, ...],
        width: Positive = 64,
        bottleneck: Positive = 512,
        up: Rise = "transposed",
    ) -> None:
        super().__init__()
        scale_between(shape, given, (1,))
        depth = halvings(shape)
        widths = [width * min(8, 2 ** max(0, level - max(0, depth - 4))) for level in range(depth)]
        window = min(shape[1:]) >> depth
        self.smallest, self.grid = window << depth, 2**depth
        self.reach = (window + 1 << depth) - 1

        steps = list(pairwise(widths))
        self.downs = nn.ModuleList([nn.Sequential(nn.Conv2d(given[0], width, 4, 2, 1), nn.LeakyReLU(0.2))])
        for fine, coarse in steps:
            halved = nn.Conv2d(fine, coarse, 4, 2, 1, bias=False), nn.BatchNorm2d(coarse), nn.LeakyReLU(0.2)
            self.downs.append(nn.Sequential(*halved))
        # Of the single pixel of a single image batch norm would leave nothing.
        self.squeeze = nn.Sequential(nn.Conv2d(widths[-1], bottleneck, window), nn.LeakyReLU(0.2))
        self.unfold = nn.ConvTranspose2d(bottleneck, widths[-1], window, bias=False)
        self.norm = nn.BatchNorm2d(widths[-1])
        self.ups = nn.ModuleList(
            Up(coarse, fine, False, nn.BatchNorm2d(fine), up=up) for fine, coarse in reversed(steps)
        )
        self.ups.append(Up(width, shape[0], True, nn.Tanh(), up=up))
        self.apply(initialise)

    def forward(self, images: Tensor) -> Tensor:
        require_size(images, self.smallest)
        maps: Tensor = images
        sizes: list[torch.Size] = []
        for down in self.downs:
            sizes.append(maps.shape[2:])
            maps = down(maps)
        maps = self.norm(self.mean_of_windows(self.squeeze(maps)))
        for up in self.ups:
            maps = up(maps, sizes.pop())
        return maps

    def mean_of_windows(self, codes: Tensor) -> Tensor:
        """N×bottleneck×rows×columns windows as maps."""
        one = torch.ones((), dtype=codes.dtype, device=codes.device)
        covering = conv_transpose2d(one.expand(1, 1, *codes.shape[2:]), one.expand(1, 1, *self.unfold.kernel_size))
        return self.unfold(codes) / covering  # type: ignore[no-any-return]
