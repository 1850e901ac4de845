"""Points as the players see them: around 0, and as wide as 1 in every coordinate, whatever their units."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ganworks.data.spec import Spec


def moments(points: npt.NDArray[np.float32]) -> dict[str, tuple[float, ...]]:
    """`centre` and `spread` of N×D points: mean and standard deviation of each coordinate, 1 if constant."""
    spread = points.std(axis=0, dtype=np.float64)
    spread[spread == 0] = 1.0
    return {"centre": tuple(points.mean(axis=0, dtype=np.float64).tolist()), "spread": tuple(spread.tolist())}


def standardised(samples: Tensor, spec: Spec) -> Tensor:
    """Samples N×… in the units of the players; images, which are in [-1, 1] already, as they are."""
    if not spec.centre:
        return samples
    return (samples - as_tensor(spec.centre, samples)) / as_tensor(spec.spread, samples)


def original(samples: Tensor, spec: Spec) -> Tensor:
    """What players made, N×…, in the units of the data: the inverse of `standardised`."""
    if not spec.centre:
        return samples
    return samples * as_tensor(spec.spread, samples) + as_tensor(spec.centre, samples)


def as_tensor(values: tuple[float, ...], like: Tensor) -> Tensor:
    return torch.tensor(values, dtype=like.dtype, device=like.device)
