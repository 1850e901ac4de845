"""Pictures flipped left to right, and the joints in them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ganworks.errors import UsageError

Flipped = npt.NDArray[np.bool_]

IN_A_MIRROR = (0, *(joint + 1 if joint % 2 else joint - 1 for joint in range(1, 17)))
"""Which of COCO's joints each becomes: after the nose, left ones are followed by their right ones."""


def mirrored(pictures: Tensor, flipped: Flipped) -> Tensor:
    """N×C×H×W pictures, changed in place where `flipped`, N, says so."""
    rows, pixels = flipped.nonzero()[0], pictures.numpy()
    pixels[rows] = pixels[rows, ..., ::-1]
    return pictures


def mirrored_keypoints(keypoints: Tensor, flipped: Flipped, width: int) -> Tensor:
    """N×17×3 keypoints of pictures `width` pixels wide: a left hand is a right one in a mirror."""
    reflected = keypoints[:, IN_A_MIRROR]
    reflected[..., 0] = width - 1 - reflected[..., 0]
    return torch.where(torch.from_numpy(flipped)[:, None, None], reflected, keypoints)


def require_sides(name: str, joints: int) -> None:
    """Raises UsageError unless these are COCO's joints, of which left and right are known."""
    if joints != len(IN_A_MIRROR):
        raise UsageError(
            f"data.mirror swaps left and right, which it knows of COCO's {len(IN_A_MIRROR)} joints, and {name} has"
            f" {joints}: leave it out"
        )
