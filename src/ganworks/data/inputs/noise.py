"""Noisy pictures, to be cleaned."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field

from ganworks.randomness import stream_seed


def make(
    pictures: npt.NDArray[np.uint8],
    seed: int,
    indices: npt.NDArray[np.int64],
    std: Annotated[float, Field(gt=0, le=255)] = 25.0,
) -> npt.NDArray[np.uint8]:
    """N×C×H×W with Gaussian noise of `std` (of 255) on the colours, clipped; that of a picture is its index's."""
    noisy = pictures.copy()
    colours = noisy[:, :3]
    for picture, index in zip(colours, indices, strict=True):
        random = np.random.default_rng(stream_seed(seed, "inputs/noise", int(index)))
        drawn = random.standard_normal(picture.shape, np.float32)
        picture[:] = np.rint(picture + std * drawn).clip(0, 255)
    return noisy
