"""The order in which samples are seen: a function of the seed and the position alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

# Separate random streams of one seed, and what an epoch draws from each.
_PERMUTATION, _MIRROR, _PLACE, _CHOICE = 1, 2, 3, 4
_DRAWS: dict[int, Callable[[np.random.Generator, int], Array]] = {
    _PERMUTATION: lambda random, count: random.permutation(count),
    _MIRROR: lambda random, count: random.integers(0, 2, count, dtype=np.bool_),
    _PLACE: lambda random, count: random.random((count, 2)),
    _CHOICE: lambda random, count: random.random(count),
}


class Order:
    """An infinite stream of positions; every stretch of `count` positions is one permuted epoch.

    What is drawn for epoch e depends on (seed, e) only, so the order needs no saved state. The last epoch asked
    for is kept, which makes reading in order cheap.
    """

    def __init__(self, count: int, seed: int) -> None:
        self.count = count
        self.seed = seed % 2**64
        self._kept: dict[int, tuple[int, Array]] = {}

    def indices(self, first: int, last: int) -> npt.NDArray[np.int64]:
        """Sample indices of the positions [first, last), int64."""
        return self._drawn(_PERMUTATION, first, last)

    def mirrored(self, first: int, last: int) -> npt.NDArray[np.bool_]:
        """Which of the positions [first, last) are flipped left to right, about half of them."""
        return self._drawn(_MIRROR, first, last)

    def places(self, first: int, last: int) -> npt.NDArray[np.float64]:
        """Where the positions [first, last) are cropped, N×2 in [0, 1): from top and from left."""
        return self._drawn(_PLACE, first, last)

    def choices(self, first: int, last: int) -> npt.NDArray[np.float64]:
        """Which of several the positions [first, last) are given, N in [0, 1)."""
        return self._drawn(_CHOICE, first, last)

    def _drawn(self, stream: int, first: int, last: int) -> Array:
        epoch, offset = divmod(first, self.count)
        head = self._epoch(stream, epoch)[offset : offset + last - first]
        if len(head) == last - first:
            return head
        return np.concatenate([head, self._drawn(stream, first + len(head), last)])

    def _epoch(self, stream: int, epoch: int) -> Array:
        if stream not in self._kept or self._kept[stream][0] != epoch:
            random = np.random.default_rng([self.seed, stream, epoch])
            self._kept[stream] = epoch, _DRAWS[stream](random, self.count)
        return self._kept[stream][1]
