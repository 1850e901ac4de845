"""Poses as a network sees them: a map for each joint, and a mask of the body (Ma et al. 2017, arXiv:1705.09368, 3.1).

Keypoints are N×K×3: x and y in pixels, of which the first has its centre at 0, and visibility, 0 for a missing joint.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import max_pool2d, pad

from ganworks.errors import UsageError
from ganworks.games.strokes import stroke

Kind = Literal["disc", "gaussian"]

JOINTS = (
    *("nose", "left eye", "right eye", "left ear", "right ear", "left shoulder", "right shoulder", "left elbow"),
    *("right elbow", "left wrist", "right wrist", "left hip", "right hip", "left knee", "right knee", "left ankle"),
    "right ankle",
)
"""In COCO's order."""

# Neither of these is a joint of COCO: they are found from those that are.
NECK, PELVIS, CROWN = 17, 18, 19
LIMBS = (
    *((5, 7), (7, 9), (6, 8), (8, 10), (11, 13), (13, 15), (12, 14), (14, 16)),
    *((5, 6), (5, 11), (6, 12), (11, 12), (5, 12), (6, 11), (NECK, PELVIS)),
    *((NECK, 0), (0, CROWN), (0, 1), (0, 2), (1, 3), (2, 4), (3, 4), (3, CROWN), (4, CROWN)),
)
# Pixels in a picture whose longer side is 256.
JOINT_RADIUS, LIMB_RADIUS, GAP_RADIUS = 4, 9, 6


def heatmaps(keypoints: Tensor, height: int, width: int, kind: Kind = "disc") -> Tensor:
    """N×K×H×W in [−1, 1], high at the joint; all −1 for a missing one.

    A disc is 1 up to 4 pixels (at a longer side of 256, in proportion at others, at least 3/4) from its joint and −1
    elsewhere; a Gaussian has that as its standard deviation.
    """
    radius = max(JOINT_RADIUS * max(height, width) / 256, 0.75)
    points = _present(keypoints)
    down, right = (
        (torch.arange(side, device=points.device) + 0.5 - points[..., axis, None]) ** 2
        for axis, side in enumerate((height, width))
    )
    distance = down[..., :, None] + right[..., None, :]
    closeness = distance <= radius**2 if kind == "disc" else torch.exp(-distance / (2 * radius**2)).nan_to_num(0.0)
    return closeness * 2.0 - 1


def pose_mask(keypoints: Tensor, height: int, width: int) -> Tensor:
    """N×1×H×W, 1 where the body of N×17×3 keypoints is, about, and 0 elsewhere.

    Limbs, trunk and head are lines as thick as a limb, and gaps between them are closed; what joins a missing joint is
    left out.
    """
    if keypoints.shape[1] != len(JOINTS):
        raise UsageError(f"pose masks know COCO's {len(JOINTS)} keypoints, not {keypoints.shape[1]}: give those")
    points, scale = _present(keypoints), max(height, width) / 256
    neck, pelvis = points[:, 5:7].mean(1), points[:, 11:13].mean(1)
    crown = points[:, 0] + 0.7 * (points[:, 0] - neck)
    points = torch.cat([points, torch.stack([neck, pelvis, crown], 1)], 1)
    body = torch.zeros(len(points), height, width, dtype=torch.bool, device=points.device)
    for start, end in LIMBS:
        body |= stroke(points[:, start], points[:, end], max(LIMB_RADIUS * scale, 0.75), height, width)
    return closed(body[:, None].float(), int(GAP_RADIUS * scale))


def closed(masks: Tensor, radius: int) -> Tensor:
    """N×1×H×W masks, dilated and then eroded by a square of 2·radius + 1 pixels: gaps that are narrower go."""
    # Room to grow beyond the border, where erosion would not take it back.
    grown = max_pool2d(pad(masks, [radius] * 4), 2 * radius + 1, 1, radius)
    return -max_pool2d(-grown, 2 * radius + 1, 1)


def _present(keypoints: Tensor) -> Tensor:
    """N×K×2 points (y, x) in the coordinates of `stroke`; NaN for missing joints."""
    points = keypoints[..., [1, 0]] + 0.5
    return points.masked_fill(keypoints[..., 2:] <= 0, torch.nan)
