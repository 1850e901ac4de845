"""Paths between latents."""

from __future__ import annotations

from typing import Literal, get_args

import torch
from torch import Tensor

from ganworks.errors import UsageError, unknown

Kind = Literal["linear", "spherical"]


def between(start: Tensor, end: Tensor, shares: Tensor, kind: Kind) -> Tensor:
    """F latents on the way from `start` to `end` (each of D numbers) at F `shares` in [0, 1].

    Spherical paths keep to the shell where Gaussian latents live (White 2016, arXiv:1609.04468, section 2.1).
    """
    shares = shares[:, None]
    if kind == "linear":
        return torch.lerp(start, end, shares)
    cosine = torch.nn.functional.cosine_similarity(start, end, dim=0).clamp(-1, 1)
    angle = cosine.acos()
    if angle.sin().abs() < 1e-6:
        return torch.lerp(start, end, shares)
    return (((1 - shares) * angle).sin() * start + (shares * angle).sin() * end) / angle.sin()


def walk(stops: Tensor, frames: int, kind: Kind) -> Tensor:
    """A closed tour through K×D latents with `frames` steps on each of its K legs: (K·frames)×D."""
    if len(stops) < 1 or frames < 1:
        raise UsageError(f"a walk needs at least one stop and one frame, not {len(stops)} and {frames}")
    if kind not in get_args(Kind):
        raise unknown("kind of interpolation", kind, get_args(Kind))
    shares = torch.arange(frames, dtype=stops.dtype, device=stops.device) / frames
    legs = zip(stops, stops.roll(-1, 0), strict=True)
    return torch.cat([between(start, end, shares, kind) for start, end in legs])
