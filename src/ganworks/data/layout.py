"""What the axes and values of an array of images mean, recognised from its shape, type and range."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ganworks.errors import GanworksError

CHUNK_BYTES = 32 << 20
_SLACK = 1e-3  # floats that rounding pushed just out of a range
_DARKEST = 32.0  # floats with a maximum up to this fill a range of their own, not [0, 255]


@dataclass(frozen=True)
class Layout:
    """N images of C×H×W; `channel_axis` is None for N×H×W; values in [low, high] become [0, 255]."""

    channels: int
    height: int
    width: int
    channel_axis: int | None
    low: float
    high: float


def recognise(array: npt.NDArray[Any], name: str) -> Layout:
    """The layout of an N×H×W, N×H×W×C or N×C×H×W array of numbers.

    Channels are the shorter of axes 1 and 3. Integers must lie in [0, 255] (or, unsigned 16-bit, up to 65535);
    floats in [-1, 1], [0, 1] or, with a maximum above 32, [0, 255]. Raises GanworksError for anything else.
    """
    if array.dtype.kind not in "uifb" or array.ndim not in (3, 4) or 0 in array.shape[1:]:
        raise GanworksError(
            f"{name} is an array of {array.dtype} with shape {'×'.join(map(str, array.shape))}:"
            f" images must be numbers, N×H×W, N×H×W×C or N×C×H×W"
        )
    if array.ndim == 3:
        channel_axis, (height, width), channels = None, array.shape[1:], 1
    else:
        channel_axis = 3 if array.shape[3] < array.shape[1] else 1
        channels = array.shape[channel_axis]
        height, width = (size for axis, size in enumerate(array.shape) if axis not in (0, channel_axis))
    low, high = (0.0, 255.0) if array.dtype == np.uint8 else value_range(*extremes(array), array.dtype, name)
    return Layout(channels, height, width, channel_axis, low, high)


def value_range(least: float, most: float, dtype: np.dtype[Any], name: str) -> tuple[float, float]:
    """The range that values from `least` to `most` were meant to fill."""
    if dtype.kind == "b":
        return 0.0, 1.0
    if dtype.kind in "ui":
        candidates = [(0.0, 255.0)] + ([(0.0, 65535.0)] if dtype == np.uint16 else [])
    else:
        candidates = [(0.0, 1.0), (-1.0, 1.0), (0.0, 255.0)]
        if least >= -_SLACK and 1 + _SLACK < most <= _DARKEST:
            raise GanworksError(
                f"{name} has {dtype} values from {least:g} to {most:g}: scale them to [0, 1] or [-1, 1]"
                f" (read as [0, 255] they would be black)"
            )
    for low, high in candidates:
        if low - _SLACK <= least and most <= high + _SLACK:
            return low, high
    expected = " or ".join(f"[{low:g}, {high:g}]" for low, high in candidates)
    raise GanworksError(f"{name} has {dtype} values from {least:g} to {most:g}: scale them to {expected}")


def extremes(array: npt.NDArray[Any]) -> tuple[float, float]:
    """Least and greatest value; nan if there is one."""
    pairs = [(chunk.min(), chunk.max()) for _, chunk in chunks(array)]
    return float(np.min([least for least, _ in pairs])), float(np.max([most for _, most in pairs]))


def in_eight_bits(chunk: npt.NDArray[Any], layout: Layout) -> npt.NDArray[np.uint8]:
    """A stretch of the array as uint8 n×C×H×W."""
    if layout.channel_axis is None:
        chunk = chunk[:, None]
    elif layout.channel_axis == 3:
        chunk = chunk.transpose(0, 3, 1, 2)
    if chunk.dtype == np.uint8:
        return np.ascontiguousarray(chunk)
    unit = (chunk.astype(np.float64) - layout.low) * (255 / (layout.high - layout.low))
    return np.rint(unit).clip(0, 255).astype(np.uint8)


def chunks(array: npt.NDArray[Any]) -> Iterator[tuple[int, npt.NDArray[Any]]]:
    """The array in stretches of rows of about 32 MB, each with the index of its first row."""
    rows = max(1, CHUNK_BYTES // max(1, array[:1].nbytes))
    return ((first, array[first : first + rows]) for first in range(0, len(array), rows))
