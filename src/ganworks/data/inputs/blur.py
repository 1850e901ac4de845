"""Blurred pictures, to be sharpened."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from pydantic import Field

Sigma = Annotated[float, Field(gt=0, le=100)]


def smoothed(values: npt.NDArray[Any], sigma: float) -> npt.NDArray[np.float64]:
    """N×C×H×W under a Gaussian of `sigma` pixels, cut off at 4σ; beyond the border lies the mirrored picture."""
    # Sums of shifted arrays, not a convolution: bit for bit the same however many pictures come together.
    reach = round(4 * sigma)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    out = values.astype(np.float64)
    for axis in (2, 3):
        margin = [(reach, reach) if other == axis else (0, 0) for other in range(4)]
        views = sliding_window_view(np.pad(out, margin, mode="symmetric"), out.shape[axis], axis)
        shifted = np.moveaxis(views, (axis, -1), (0, axis + 1))
        out = np.zeros_like(out)
        for weight, values in zip(weights, shifted, strict=True):
            out += weight * values
    return out


def make(pictures: npt.NDArray[np.uint8], sigma: Sigma = 2.0) -> npt.NDArray[np.uint8]:
    """N×C×H×W smoothed by a Gaussian of `sigma` pixels."""
    return np.rint(smoothed(pictures, sigma)).astype(np.uint8)
