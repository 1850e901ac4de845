"""What keeps a generator from giving one answer whatever noise it is given."""

from __future__ import annotations

from torch import Tensor

from ganworks.losses.reconstruction import require_masks, require_pairs


def mode_seeking(first: Tensor, second: Tensor, noise: Tensor, other: Tensor, missing: Tensor) -> Tensor:
    """−E d(G(c, z), G(c, z′)) / d(z, z′) (Mao et al. 2019, arXiv:1903.05628, eq. 4), to be minimised.

    Args:
        first, second: N×C×H×W, two answers to each question.
        noise, other: N×D, of which they were made.
        missing: N×1×H×W, 1 where answers may differ.

    Distances are means of |a − b|, of images over what is missing; 0 for an image that misses nothing.
    """
    require_pairs(first, second)
    require_masks(missing, first)
    apart = (missing * (first - second).abs()).mean(1).sum((1, 2)) / missing.sum((1, 2, 3)).clamp(min=1)
    return -(apart / (noise - other).abs().mean(1)).mean()
