"""Toy distributions in the plane: mixtures of Gaussians whose modes and width are known exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ganworks.data.content import digest_of
from ganworks.data.samples import Samples
from ganworks.data.spec import Spec

SAMPLES = 100_000


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


def ring(modes: int = 8, radius: float = 1.0, std: float = 0.01) -> Mixture:
    """Gaussians on a circle, the k-th at angle 2πk/modes."""
    angles = 2 * np.pi * np.arange(modes) / modes
    return Mixture(radius * np.stack([np.cos(angles), np.sin(angles)], axis=1), std)


def grid(side: int = 5, spacing: float = 2.0, std: float = 0.05) -> Mixture:
    """side² Gaussians on a square lattice centred at the origin, row by row."""
    ticks = spacing * (np.arange(side) - (side - 1) / 2)
    return Mixture(np.stack(np.meshgrid(ticks, ticks, indexing="ij"), axis=-1).reshape(-1, 2), std)


TOYS = {"ring": ring, "grid": grid}


def toy_samples(name: str) -> Samples:
    """100,000 points of the named toy, always the same; labels are mode indices."""
    mixture = TOYS[name]()
    values, labels = mixture.sample(SAMPLES)
    classes = tuple(str(mode) for mode in range(len(mixture.modes)))
    digest = digest_of(name, SAMPLES, mixture.modes.tolist(), mixture.std)
    return Samples(name, Spec((2,), classes), values, labels, (), digest)
