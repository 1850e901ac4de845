"""The residual translator of CycleGAN (Zhu et al. 2017, arXiv:1703.10593, section 7.2), after Johnson et al. 2016.

c7s1-64, d128, d256, R256 six or nine times, u128, u64, c7s1-3, with reflection padding and instance norm.
"""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn

from ganworks.config import Positive
from ganworks.networks.dcgan import Rise, doubling, initialise
from ganworks.networks.global_skip import begin_with_the_image
from ganworks.networks.reflection import Reflection
from ganworks.networks.sizes import halvings, require_size, scale_between


class Residual(nn.Module):
    """3×3, norm, ReLU, 3×3, norm, added to the input; N×width×H×W to the same."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *normed(*reflecting(width, width, 3)), nn.ReLU(), *normed(*reflecting(width, width, 3))
        )

    def forward(self, maps: Tensor) -> Tensor:
        return maps + self.layers(maps)  # type: ignore[no-any-return]


class Translator(nn.Module):
    """Images N×C×h×w in [-1, 1], h and w ≥ `smallest`, to N×C'×h×w in (−1, 1), with a global skip beyond that.

    Args:
        shape, given: C×H×W of what it makes and of what it is given.
        width: channels after the first convolution.
        blocks: residual ones; auto takes 6 up to 128 pixels and 9 above.
        up: transposed convolutions on the way up, or nearest neighbours before plain ones.
        global_skip: what it makes is added to the image, with which it begins and which it then changes (de Bel et al.
            2021, doi:10.1016/j.media.2021.102004); two of them then undo each other from the first step.
    """

    scale = 1
    multiple = 1
    smallest = 5
    local = False  # instance norm takes means over the whole image

    def __init__(
        self,
        shape: tuple[int, ...],
        given: tuple[int, ...],
        width: Positive = 64,
        blocks: Positive | Literal["auto"] = "auto",
        up: Rise = "transposed",
        global_skip: bool = False,
    ) -> None:
        super().__init__()
        scale_between(shape, given, (1,))
        halvings(shape)  # refuses tiny images
        if blocks == "auto":
            blocks = 6 if max(shape[1:]) <= 128 else 9
        self.layers = nn.Sequential(
            *(*normed(*reflecting(given[0], width, 7)), nn.ReLU()),
            *(*normed(nn.Conv2d(width, 2 * width, 3, 2, 1)), nn.ReLU()),
            *(*normed(nn.Conv2d(2 * width, 4 * width, 3, 2, 1)), nn.ReLU()),
            *(Residual(4 * width) for _ in range(blocks)),
            *(*normed(*rising(up, 4 * width, 2 * width)), nn.ReLU()),
            *(*normed(*rising(up, 2 * width, width)), nn.ReLU()),
            *(*reflecting(width, shape[0], 7), nn.Tanh()),
        )
        self.apply(initialise)
        self.global_skip = global_skip
        if global_skip:
            begin_with_the_image(self.layers, shape, given)

    def forward(self, images: Tensor) -> Tensor:
        require_size(images, self.smallest)
        height, width = images.shape[2:]
        # Both strides begin at the first pixel: what an odd size has too much is at the end.
        made: Tensor = self.layers(images)[:, :, :height, :width]
        return images + 2 * made if self.global_skip else made  # two images are at most 2 apart


def reflecting(fine: int, coarse: int, size: int) -> tuple[nn.Module, nn.Conv2d]:
    """A size×size convolution that keeps height and width."""
    return Reflection(size // 2), nn.Conv2d(fine, coarse, size)


def rising(up: Rise, coarse: int, fine: int) -> list[nn.Module]:
    """N×coarse×H×W to N×fine×2H×2W: u128 and u64 of the paper, or what cannot leave a checkerboard."""
    return [nn.ConvTranspose2d(coarse, fine, 3, 2, 1, 1)] if up == "transposed" else doubling(up, coarse, fine)


def normed(*layers: nn.Module) -> tuple[nn.Module, ...]:
    """The layers, the last of them a convolution, and instance norm, which learns and remembers nothing here."""
    return *layers, nn.InstanceNorm2d(layers[-1].out_channels)  # type: ignore[arg-type]
