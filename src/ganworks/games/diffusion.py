"""Holes filled smoothly from what is around them: Laplace's equation, from coarse to fine."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate, pad

SWEEPS = 8
"""Averages over four neighbours at each scale; thirty are three times as dear, and .4 dB nearer on photos."""
COARSEST = 4


@torch.no_grad()
def diffused(images: Tensor, missing: Tensor) -> Tensor:
    """N×C×H×W images with other values where `missing` (N×1×H×W) is 1, which are not looked at.

    At each scale a pixel begins as the mean of what is known of it, or as the coarser scale has it, as in pull-push
    (Gortler et al. 1996, doi:10.1145/237170.237200); then it becomes the mean of its neighbours, again and again.
    """
    scales = [(images * (1 - missing), 1 - missing)]
    while min(scales[-1][0].shape[2:]) > COARSEST:
        scales.append(halved(*scales[-1]))
    values, known = scales[-1]
    filled = (values.sum((2, 3), keepdim=True) / known.sum((2, 3), keepdim=True).clamp(min=1)).expand_as(values)
    for values, known in reversed(scales):
        filled = torch.where(known > 0, values, interpolate(filled, values.shape[2:], mode="bilinear"))
        for _ in range(SWEEPS):
            filled = torch.where(known > 0, values, mean_of_neighbours(filled))
    return filled


def halved(values: Tensor, known: Tensor) -> tuple[Tensor, Tensor]:
    """Both at half the size: means of what is known, and 1 where anything is."""
    total, weight = avg_pool2d(values, 2, ceil_mode=True), avg_pool2d(known, 2, ceil_mode=True)
    return total / weight.clamp(min=1 / 8), (weight > 0).to(known)


def mean_of_neighbours(images: Tensor) -> Tensor:
    """Of the four pixels beside each; at an edge it is its own neighbour."""
    around = pad(images, (1, 1, 1, 1), mode="replicate")
    beside, above = around[:, :, 1:-1], around[..., 1:-1]
    return (beside[..., :-2] + beside[..., 2:] + above[:, :, :-2] + above[:, :, 2:]) / 4
