"""Which size and how many channels a source is decoded to, when the settings leave it open."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from ganworks.config import DataSettings
from ganworks.data.image import Look, Target
from ganworks.errors import UsageError

SIDES = ("left", "right")
"""What `data.input` is where every picture holds two side by side: the half that is the input."""
CHANNELS = {"grey": 1, "rgb": 3, "rgba": 4}
# Sources of one size keep it up to here; larger ones and sources of many sizes are brought to 64 or less.
_OWN_LIMIT, _DEFAULT = 256, 64


def holds_two(settings: DataSettings) -> bool:
    return settings.input in SIDES


def chosen_size(sizes: Sequence[tuple[int, int]], settings: DataSettings) -> tuple[int, int]:
    """Height and width that pictures of these sizes are brought to; the settings are of one where each holds two."""
    if not holds_two(settings):
        return size_of_one(sizes, settings)
    height, width = size_of_one([(height, max(1, width // 2)) for height, width in sizes], settings)
    return height, 2 * width


def size_of_one(sizes: Sequence[tuple[int, int]], settings: DataSettings) -> tuple[int, int]:
    """Height and width: as set; else the size all samples share, up to 256; else a square of the median short
    side rounded to a multiple of 8, from 8 to 64."""
    if settings.resolution is not None:
        return settings.resolution, settings.width or settings.resolution
    if settings.width is not None:
        raise UsageError("data.width is set without data.resolution: set both (height is data.resolution)")
    if len(set(sizes)) == 1 and max(sizes[0]) <= _OWN_LIMIT:
        return sizes[0]
    side = round(median(min(size) for size in sizes) / 8) * 8
    square = min(max(side, 8), _DEFAULT)
    return square, square


def chosen_target(looks: Sequence[Look], settings: DataSettings) -> tuple[Target, tuple[str, ...]]:
    """What pictures of these looks become, and what should be said about it."""
    height, width = chosen_size([(look.height, look.width) for look in looks], settings)
    grey = sum(look.grey for look in looks)
    keeps_alpha = settings.alpha == "keep" and any(look.alpha for look in looks)
    if settings.channels != "auto":
        channels = CHANNELS[settings.channels]
    elif keeps_alpha:
        channels = 4
    else:
        channels = 1 if grey == len(looks) else 3
    notes = []
    if settings.resolution is None and any((look.height, look.width) != (height, width) for look in looks):
        notes.append(f"images of several or large sizes become {height}×{width}; set data.resolution for another")
    if settings.channels == "auto" and channels > 1 and 0 < grey < len(looks):
        notes.append(f"{grey} of {len(looks)} images are grey and become colour like the others")
    return Target(channels, height, width, settings.fit, holds_two(settings)), tuple(notes)
