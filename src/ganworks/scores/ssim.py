"""Structural similarity of paired images (Wang et al. 2004, IEEE Transactions on Image Processing 13(4))."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ganworks.errors import GanworksError
from ganworks.scores.features import Array
from ganworks.scores.pairs import as_pairs, unit_interval

_WINDOW, _SIGMA = 11, 1.5
_C1, _C2 = 0.01**2, 0.03**2
_BATCH = 256


def ssim(generated: Array, real: Array) -> Tensor:
    """The mean structural similarity of each of N pairs, in [-1, 1]: 1 for equal images.

    Images are N×C×H×W with H, W ≥ 11, uint8 or floats in [-1, 1]. Windows are 11×11 Gaussians of σ 1.5 that lie
    wholly inside (some libraries go on over mirrored edges), K₁ = 0.01, K₂ = 0.03, L the width of the range
    (equations 12 to 17); channels are compared one by one and averaged. N float64 values. Raises GanworksError for
    what are no pairs, or too small.
    """
    generated, real = as_pairs(generated, real)
    if min(generated.shape[2:]) < _WINDOW:
        raise GanworksError(
            f"images of {generated.shape[2]}×{generated.shape[3]} are smaller than SSIM's {_WINDOW}×{_WINDOW} window"
        )
    pairs = zip(torch.split(generated, _BATCH), torch.split(real, _BATCH), strict=True)
    return torch.cat([_ssim(unit_interval(first), unit_interval(second)) for first, second in pairs])


def _ssim(x: Tensor, y: Tensor) -> Tensor:
    mean_x, mean_y, square_x, square_y, product = map(_blur, (x, y, x * x, y * y, x * y))
    variance_x, variance_y = square_x - mean_x.square(), square_y - mean_y.square()
    covariance = product - mean_x * mean_y
    luminance = (2 * mean_x * mean_y + _C1) / (mean_x.square() + mean_y.square() + _C1)
    structure = (2 * covariance + _C2) / (variance_x + variance_y + _C2)
    return (luminance * structure).flatten(1).mean(1)


def _blur(images: Tensor) -> Tensor:
    """Weighted means over every window that lies wholly inside, each channel by itself."""
    weights = torch.exp(-((torch.arange(_WINDOW) - _WINDOW // 2).double() / _SIGMA).square() / 2)
    weights = (weights / weights.sum()).to(images.device)
    planes = images.flatten(0, 1).unsqueeze(1)
    rows = functional.conv2d(planes, weights.view(1, 1, 1, -1))
    means = functional.conv2d(rows, weights.view(1, 1, -1, 1))
    return means.view(*images.shape[:2], *means.shape[2:])
