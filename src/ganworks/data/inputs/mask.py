"""Pictures with a hole, to be completed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

MID_GREY = 128


def hole(height: int, width: int) -> tuple[slice, slice]:
    """Rows and columns of the centred hole of half the height and width (rounded down)."""
    rows, columns = (slice((side - side // 2) // 2, (side - side // 2) // 2 + side // 2) for side in (height, width))
    return rows, columns


def make(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """N×C×H×W with the `hole` filled with mid grey, which is opaque where pictures are not."""
    whole = pictures.copy()
    inside = whole[:, :, *hole(*pictures.shape[2:])]
    inside[:] = MID_GREY
    inside[:, 3:] = 255
    return whole
