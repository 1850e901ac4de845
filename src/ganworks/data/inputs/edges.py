"""Line drawings, to be painted: black edges on white (Canny 1986, IEEE TPAMI 8(6), sections V to VIII)."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field

from ganworks.data.inputs.blur import Sigma, smoothed
from ganworks.data.inputs.grey import on_white

Values = npt.NDArray[np.float64]
Bits = npt.NDArray[np.bool_]
# To the next pixel (down, right) along the gradient, by its direction in eighths of a turn.
NEXT = ((0, 1), (1, 1), (1, 0), (1, -1))
# Grey levels a pixel, against which edges are measured where the strongest is weaker: an empty picture's noise is none.
FAINT = 20.0


def make(
    pictures: npt.NDArray[np.uint8], sigma: Sigma = 1.0, threshold: Annotated[float, Field(gt=0, lt=1)] = 0.15
) -> npt.NDArray[np.uint8]:
    """N×1×H×W, 0 on edges and 255 elsewhere.

    Args:
        pictures: uint8 N×C×H×W.
        sigma: of the Gaussian that smooths them first, in pixels.
        threshold: what some pixel of every line must exceed, as a share of the picture's strongest edge; half of it
            is enough for the others.
    """
    down, right = gradient(smoothed(on_white(pictures), sigma))
    strength = np.hypot(down, right)
    enough = threshold * strength.max(axis=(1, 2), keepdims=True, initial=FAINT)
    ridge = thin(strength, down, right)
    lines = connected(ridge & (strength > enough), ridge & (strength > enough / 2))
    return np.where(lines, np.uint8(0), np.uint8(255))[:, None]


def gradient(values: Values) -> tuple[Values, Values]:
    """Central differences N×H×W, downwards and to the right, of the channel of N×C×H×W in which they are largest."""
    padded = np.pad(values, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
    down = (padded[:, :, 2:, 1:-1] - padded[:, :, :-2, 1:-1]) / 2
    right = (padded[:, :, 1:-1, 2:] - padded[:, :, 1:-1, :-2]) / 2
    largest = np.hypot(down, right).argmax(axis=1)[:, None]
    return np.take_along_axis(down, largest, 1)[:, 0], np.take_along_axis(right, largest, 1)[:, 0]


def thin(strength: Values, down: Values, right: Values) -> Bits:
    """Where N×H×W `strength` is a maximum along the gradient: at the first pixel of two that are alike."""
    direction = np.rint(np.arctan2(down, right) / (np.pi / 4)).astype(np.int64) % 4
    padded = np.pad(strength, ((0, 0), (1, 1), (1, 1)))
    height, width = strength.shape[1:]

    def at(step: int, way: tuple[int, int]) -> Values:
        row, column = 1 + step * way[0], 1 + step * way[1]
        return padded[:, row : row + height, column : column + width]

    maximal = [(strength > at(-1, way)) & (strength >= at(1, way)) for way in NEXT]
    return np.choose(direction, maximal).astype(bool)


def connected(sure: Bits, possible: Bits) -> Bits:
    """Those of the `possible` pixels N×H×W that a path of such leads to from a `sure` one; diagonals connect."""
    while True:
        grown = sure.copy()
        for axis in (1, 2):
            lines, before = grown.swapaxes(axis, 0), grown.copy().swapaxes(axis, 0)
            lines[1:] |= before[:-1]
            lines[:-1] |= before[1:]
        grown &= possible
        if (grown == sure).all():
            return sure
        sure = grown
