"""Points as the players see them: around 0, and as wide as 1 in every coordinate, whatever their units."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ganworks.data.spec import Spec


class Moments(TypedDict):
    """Of every coordinate of points."""

    centre: tuple[float, ...]
    spread: tuple[float, ...]


def moments(points: npt.NDArray[np.float32]) -> Moments:
    """`centre` and `spread` of N×D points: mean and standard deviation of each coordinate, 1 if constant."""
    spread = points.std(axis=0, dtype=np.float64)
    spread[spread == 0] = 1.0
    return {"centre": tuple(points.mean(axis=0, dtype=np.float64).tolist()), "spread": tuple(spread.tolist())}


def too_coarse(values: npt.NDArray[np.floating[Any]], points: npt.NDArray[np.float32]) -> list[int]:
    """Coordinates of N×D values of which single precision, `points`, keeps less than a hundred steps in a spread."""
    steps = values.std(axis=0, dtype=np.float64) / np.spacing(np.abs(points).max(axis=0))
    varies = values.max(axis=0) > values.min(axis=0)
    return np.flatnonzero(varies & (steps < 100)).tolist()


def standardised(samples: Tensor, spec: Spec) -> Tensor:
    """Samples N×… in the units of the players; images, which are in [-1, 1] already, as they are."""
    if not spec.centre:
        return samples
    centre, spread = units(spec, samples.dtype, samples.device)
    return (samples - centre) / spread


def original(samples: Tensor, spec: Spec) -> Tensor:
    """What players made, N×…, in the units of the data: the inverse of `standardised`."""
    if not spec.centre:
        return samples
    centre, spread = units(spec, samples.dtype, samples.device)
    return samples * spread + centre


@lru_cache(maxsize=8)  # a copy to a GPU in every step would wait for it
def units(spec: Spec, dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """`centre` and `spread` as tensors."""
    centre, spread = (torch.tensor(values, dtype=dtype, device=device) for values in (spec.centre, spec.spread))
    return centre, spread
