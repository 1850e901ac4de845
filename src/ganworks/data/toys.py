"""Toy distributions in the plane: mixtures of Gaussians whose modes and width are known exactly."""

from __future__ import annotations

import numpy as np

from ganworks.data.content import digest_of
from ganworks.data.mixture import Mixture
from ganworks.data.samples import Samples
from ganworks.data.spec import Spec

SAMPLES = 100_000


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
    return Samples(name, Spec((2,), classes), values, labels, (), digest, mixture=mixture)
