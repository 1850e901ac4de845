"""Smaller pictures, to be enlarged: antialiased bicubic, the degradation of the super-resolution benchmarks."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
from PIL import Image
from pydantic import Field

from ganworks.errors import UsageError


def make(pictures: npt.NDArray[np.uint8], factor: Annotated[int, Field(ge=2)] = 4) -> npt.NDArray[np.uint8]:
    """N×C×(H / factor)×(W / factor) by Pillow's bicubic; colours of RGBA count by their opacity.

    Raises UsageError unless `factor` divides H and W.
    """
    count, channels, height, width = pictures.shape
    if height % factor or width % factor:
        fits = max(1, round(height / factor)) * factor, max(1, round(width / factor)) * factor
        raise UsageError(
            f"input downsample:{factor}: pictures of {height}×{width} cannot be divided by {factor}:"
            f" make them {fits[0]}×{fits[1]} with data.resolution and data.width"
        )
    small = np.empty((count, channels, height // factor, width // factor), np.uint8)
    for picture, out in zip(pictures, small, strict=True):
        if channels == 4:
            out[:] = np.moveaxis(_shrunk(np.moveaxis(picture, 0, 2), factor), 2, 0)
        else:
            for plane, small_plane in zip(picture, out, strict=True):
                small_plane[:] = _shrunk(plane, factor)
    return small


def _shrunk(pixels: npt.NDArray[np.uint8], factor: int) -> npt.NDArray[np.uint8]:
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(image.resize((image.width // factor, image.height // factor), Image.Resampling.BICUBIC))
