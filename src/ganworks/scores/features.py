"""What every score of features asks of them: N×D, finite, enough of them, the same D on both sides."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ganworks.errors import GanworksError

LARGEST = 1e45
"""Of features: the sixth power of larger ones, which kernels need, leaves the range of float64."""

Array = Tensor | npt.NDArray[np.floating]


def as_features(features: Array, least: int = 1, what: str = "features") -> Tensor:
    """The features as N×D float64 in main memory; raises GanworksError unless they are N×D, N ≥ `least`, and finite."""
    rows = as_double(features)
    if rows.ndim != 2 or len(rows) < least or not rows.shape[1]:
        raise GanworksError(f"{what} have shape {tuple(rows.shape)}: N×D with N ≥ {least} is needed")
    require_finite(what, rows, LARGEST)
    return rows


def as_pair(generated: Array, real: Array, least: int = 1) -> tuple[Tensor, Tensor]:
    """Generated and real features as float64 N×D and M×D; raises GanworksError as `as_features` and for two D."""
    pair = as_features(generated, least, "generated features"), as_features(real, least, "real features")
    if pair[0].shape[1] != pair[1].shape[1]:
        raise GanworksError(
            f"generated samples have {pair[0].shape[1]} features and real ones {pair[1].shape[1]}:"
            " use the same extractor for both"
        )
    return pair


def as_double(values: Array) -> Tensor:
    """The values in float64, without their graph and wherever they were: not every device computes in float64."""
    return torch.as_tensor(values).detach().cpu().double()


def require_finite(what: str, values: Tensor, largest: float = float("inf")) -> None:
    """Raises GanworksError, with their number, where values are NaN or infinite, or larger than `largest`."""
    if not bool(torch.isfinite(values).all()):
        broken = int((~torch.isfinite(values)).sum())
        raise GanworksError(f"{broken} values of the {what} are NaN or infinite: no distance can be computed")
    if float(values.abs().max()) > largest:
        raise GanworksError(
            f"the {what} reach {float(values.abs().max()):.3g}, and their powers leave the range of float64:"
            " scale both sets alike"
        )
