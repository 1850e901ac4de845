"""Mixtures of Gaussians whose modes and width are known exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Mixture:
    """Equally likely Gaussians: `modes` K×2 are their means, `std` their common standard deviation."""

    modes: npt.NDArray[np.float64]
    std: float

    def sample(self, count: int, seed: int = 0) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """Points (float32 count×2) and the index of the mode each was drawn from (int64)."""
        generator = np.random.default_rng(seed)
        labels = generator.integers(len(self.modes), size=count)
        points = self.modes[labels] + self.std * generator.standard_normal((count, 2))
        return points.astype(np.float32), labels
