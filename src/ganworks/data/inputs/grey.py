"""Grey values, to be coloured: luma of ITU-R Rec. BT.601."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ganworks.errors import UsageError

Pixels = npt.NDArray[np.uint8]
# 0.299, 0.587 and 0.114 of 2^16.
RED, GREEN, BLUE = 19595, 38470, 7471


def on_white(pictures: Pixels) -> Pixels:
    """N×C×H×W of 1 or 3 channels as they are; of 4, the three colours composited on white."""
    if (channels := pictures.shape[1]) not in (1, 3, 4):
        raise UsageError(f"pictures of {channels} channels have no colours: expected 1 (grey), 3 (RGB) or 4 (RGBA)")
    if channels != 4:
        return pictures
    alpha = pictures[:, 3:].astype(np.uint16)
    mixed: Pixels = ((pictures[:, :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    return mixed


def make(pictures: Pixels) -> Pixels:
    """N×1×H×W luma 0.299 R + 0.587 G + 0.114 B, as Pillow rounds it."""
    colours = on_white(pictures)
    if colours.shape[1] == 1:
        return colours
    red, green, blue = (colours[:, i : i + 1].astype(np.uint32) for i in range(3))
    luma: Pixels = ((RED * red + GREEN * green + BLUE * blue + (1 << 15)) >> 16).astype(np.uint8)
    return luma
