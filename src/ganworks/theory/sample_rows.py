"""Samples of any kind as rows of float64."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ganworks.errors import GanworksError


def sample_rows(samples: npt.ArrayLike) -> Tensor:
    """N×D of N×D, N or one sample; raises GanworksError unless they are finite numbers, at least one of them."""
    try:
        array = np.array(samples, np.float64)
    except (TypeError, ValueError):
        raise GanworksError("samples must be numbers, equally many in every row") from None
    rows = array.reshape(-1, 1) if array.ndim < 2 else array
    if rows.ndim != 2 or not rows.size or not np.isfinite(rows).all():
        raise GanworksError(f"samples of shape {array.shape}: N×D finite numbers are needed")
    return torch.from_numpy(rows)
