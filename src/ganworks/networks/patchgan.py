"""PatchGAN (Isola et al. 2017, arXiv:1611.07004, section 6.1.2): judges every patch of an image by itself.

C64-C128-C256-C512 and a last convolution see 70×70 pixels; one halving less or more and they see 16 or 286.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from torch import Tensor, nn

from ganworks.config import Positive
from ganworks.errors import UsageError
from ganworks.networks.dcgan import initialise
from ganworks.networks.norms import Norm, norm_layer

_DEPTH = {1: 1, 16: 1, 70: 3, 286: 5}
SMALLEST = {1: 2, 16: 6, 70: 24, 286: 96}
"""The height and width from which on there is a logit, by patch."""


class Discriminator(nn.Module):
    """N×C×H×W images, a pair as channels of one, and maybe N×conditions to N×1×h×w logits, one for each patch.

    Args:
        shape: C×H×W; raises UsageError for images on which that patch is never whole.
        patch: side of the pixels that a logit depends on.
        width: channels after the first convolution.
        norm: batch or instance, after all convolutions but the first and the last.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        conditions: int = 0,
        patch: Literal[1, 16, 70, 286] = 70,
        width: Positive = 64,
        norm: Norm = "batch",
    ) -> None:
        super().__init__()
        refuse_small(shape, patch)
        depth = _DEPTH[patch]
        size, padding = (1, 0) if patch == 1 else (4, 1)
        strides = [1 if patch == 1 or level == depth else 2 for level in range(depth + 1)]
        widths = [width * min(8, 2**level) for level in range(depth + 1)]
        layers: list[nn.Module] = [nn.Conv2d(shape[0], width, size, strides[0], padding), nn.LeakyReLU(0.2)]
        for stride, (fine, coarse) in zip(strides[1:], pairwise(widths), strict=True):
            layers.append(nn.Conv2d(fine, coarse, size, stride, padding, bias=norm == "instance"))
            layers += [norm_layer(norm, coarse), nn.LeakyReLU(0.2)]
        self.features = nn.Sequential(*layers)
        self.head = nn.Conv2d(widths[-1], 1, size, 1, padding)
        # ⟨V y, φ⟩ of the projection discriminator (Miyato & Koyama 2018, arXiv:1802.05637), patch by patch.
        self.embed = nn.Conv2d(widths[-1], conditions, size, 1, padding, bias=False) if conditions else None
        self.apply(initialise)

    def forward(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        features = self.features(images)
        logits: Tensor = self.head(features)
        if self.embed is None or condition is None:
            return logits
        aligned: Tensor = (self.embed(features) * condition[:, :, None, None]).sum(1, keepdim=True)
        return logits + aligned


def refuse_small(shape: tuple[int, ...], patch: int) -> None:
    size = "×".join(map(str, shape))
    if len(shape) != 3:
        raise UsageError(f"a discriminator of patches needs images, not samples of {size}")
    fitting = [other for other, smallest in SMALLEST.items() if smallest <= min(shape[1:])]
    if patch not in fitting:
        remedy = f"choose patch {fitting[-1]}" if fitting else "choose larger images"
        raise UsageError(f"patches of {patch} need images of {SMALLEST[patch]} pixels or more, not {size}: {remedy}")
