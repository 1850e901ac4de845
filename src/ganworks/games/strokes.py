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
    share = ((below * down + beside * right) / (down**2 + right**2).clamp(min=1e-12)).clamp(0, 1)
    distance = (below - share * down) ** 2 + (beside - share * right) ** 2
    return distance <= (radius[..., None, None] if isinstance(radius, Tensor) else radius) ** 2


def _last(points: Tensor) -> tuple[Tensor, Tensor]:
    return points[..., 0, None, None], points[..., 1, None, None]
