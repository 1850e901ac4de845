"""The order in which samples are seen: a function of the seed and the position alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Separate random streams of one seed.
_PERMUTATION, _MIRROR = 1, 2


class Order:
    """An infinite stream of positions; every stretch of `count` positions is one permuted epoch.

    Epoch e's permutation depends on (seed, e) only, so the order needs no saved state. The last epoch asked
    for is kept, which makes reading in order cheap.
    """

    def __init__(self, count: int, seed: int) -> None:
        self.count = count
        self.seed = seed % 2**64
        self._permutation: tuple[int, npt.NDArray[np.int64]] | None = None
        self._mirrored: tuple[int, npt.NDArray[np.bool_]] | None = None

    def indices(self, first: int, last: int) -> npt.NDArray[np.int64]:
        """Sample indices of the positions [first, last), int64."""
        epoch, offset = divmod(first, self.count)
        head = self._epoch(epoch)[offset : offset + last - first]
        return head if len(head) == last - first else np.concatenate([head, self.indices(first + len(head), last)])

    def mirrored(self, first: int, last: int) -> npt.NDArray[np.bool_]:
        """Which of the positions [first, last) are flipped left to right, about half of them."""
        epoch, offset = divmod(first, self.count)
        head = self._coins(epoch)[offset : offset + last - first]
        return head if len(head) == last - first else np.concatenate([head, self.mirrored(first + len(head), last)])

    def _epoch(self, epoch: int) -> npt.NDArray[np.int64]:
        if self._permutation is None or self._permutation[0] != epoch:
            generator = np.random.default_rng([self.seed, _PERMUTATION, epoch])
            self._permutation = epoch, generator.permutation(self.count)
        return self._permutation[1]

    def _coins(self, epoch: int) -> npt.NDArray[np.bool_]:
        if self._mirrored is None or self._mirrored[0] != epoch:
            generator = np.random.default_rng([self.seed, _MIRROR, epoch])
            self._mirrored = epoch, generator.integers(0, 2, self.count, dtype=np.bool_)
        return self._mirrored[1]
