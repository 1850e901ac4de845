"""Straight strokes of a round brush, drawn into pixels."""

from __future__ import annotations

import torch
from torch import Tensor


def stroke(start: Tensor, end: Tensor, radius: Tensor | float, height: int, width: int) -> Tensor:
    """…×H×W bool: which pixel centres are at most `radius` from the line that joins two …×2 points (y, x).

    In pixels, of which the first has its centre at (0.5, 0.5); `radius` is a number or …; NaN draws nothing.
    """
    rows, columns = (torch.arange(side, device=start.device) + 0.5 for side in (height, width))
    (y, x), (down, right) = (_last(points) for points in (start, end - start))
    below, beside = rows[:, None] - y, columns - x
    # In place: these are as large as all the pictures, and new memory costs more than what is counted.
    share = (below * down + beside * right).div_((down**2 + right**2).clamp(min=1e-12)).clamp_(0, 1)
    distance = (share * down).sub_(below).square_() + share.mul_(right).sub_(beside).square_()
    return distance <= (radius[..., None, None] if isinstance(radius, Tensor) else radius) ** 2


def _last(points: Tensor) -> tuple[Tensor, Tensor]:
    return points[..., 0, None, None], points[..., 1, None, None]
