"""A skip from the image around the whole network: training begins with the image and learns what changes in it."""

from __future__ import annotations

from torch import nn

from ganworks.errors import UsageError
from ganworks.networks.small_start import start_small


def begin_with_the_image(painting: nn.Module, shape: tuple[int, ...], given: tuple[int, ...]) -> None:
    """Make `painting`, the last layers, add little at first; raises UsageError unless the channels are as many."""
    if given[0] != shape[0]:
        raise UsageError(
            f"a global skip needs as many channels in as out, not {given[0]} and {shape[0]}: set global_skip false"
        )
    start_small(painting)
