"""Random crops of slightly enlarged pictures (Isola et al. 2017, arXiv:1611.07004, appendix 6.2)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from ganworks.errors import UsageError

Places = npt.NDArray[np.float64]


def margin(pixels: int, height: int, smallest: int) -> int:
    """By how many pixels pictures of `smallest` rows grow where those of `height` grow by `pixels`.

    Raises UsageError where that is no whole number: pictures of several sizes could not be cropped alike.
    """
    if pixels * smallest % height:
        raise UsageError(
            f"data.jitter={pixels} does not go with inputs of {smallest} and outputs of {height} rows:"
            f" set it to a multiple of {height // np.gcd(height, smallest)}"
        )
    return pixels * smallest // height


def corners(places: Places, steps: int) -> npt.NDArray[np.int64]:
    """Where N crops begin, in steps from top and from left."""
    return (places * (steps + 1)).astype(np.int64)


def jittered(pictures: Tensor, places: Places, steps: int, scale: int) -> Tensor:
    """uint8 N×C×H×W pictures enlarged by steps·scale pixels and cropped back to H×W.

    Args:
        pictures: of which any two alike but for their size are cropped alike.
        places: N×2 in [0, 1): which of the steps + 1 crops from top and left is taken.
        steps: crops apart by `scale` pixels each.
        scale: how much larger these pictures are than the smallest that are cropped with them.
    """
    height, width = pictures.shape[2:]
    size = (height + steps * scale, width + steps * scale)
    enlarged = interpolate(pictures.float(), size, mode="bilinear", antialias=True).round().to(torch.uint8)
    starts = corners(places, steps) * scale
    cropped = torch.empty_like(pictures)
    for row, (top, left) in enumerate(starts.tolist()):
        cropped[row] = enlarged[row, :, top : top + height, left : left + width]
    return cropped


def jittered_keypoints(keypoints: Tensor, places: Places, steps: int, scale: int, height: int, width: int) -> Tensor:
    """Where N×K×3 keypoints of H×W pictures are in what `jittered` makes of these, maybe outside."""
    before = torch.tensor([width, height], dtype=keypoints.dtype)
    starts = torch.from_numpy(corners(places, steps)[:, None, ::-1] * scale)
    moved = keypoints.clone()
    moved[..., :2] = (moved[..., :2] + 0.5) * (1 + steps * scale / before) - 0.5 - starts
    return moved
