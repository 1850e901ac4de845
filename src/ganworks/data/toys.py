"""Toy distributions in the plane: mixtures of Gaussians whose modes and width are known exactly."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ganworks.data.content import digest_of
from ganworks.data.mixture import Mixture
from ganworks.data.samples import Samples
from ganworks.data.spec import Spec
from ganworks.data.standard import moments

SAMPLES = 100_000


def ring(modes: int = 8, radius: float = 1.0, std: float = 0.01) -> Mixture:
    """Gaussians on a circle, the k-th at angle 2πk/modes."""
    angles = 2 * np.pi * np.arange(modes) / modes
    return Mixture(radius * np.stack([np.cos(angles), np.sin(angles)], axis=1), std)


def grid(side: int = 5, spacing: float = 2.0, std: float = 0.05) -> Mixture:
    """side² Gaussians on a square lattice centred at the origin, row by row."""
    ticks = spacing * (np.arange(side) - (side - 1) / 2)
    return Mixture(np.stack(np.meshgrid(ticks, ticks, indexing="ij"), axis=-1).reshape(-1, 2), std)


def rotated(mixture: Mixture, degrees: float = 25.0) -> Mixture:
    """The same modes turned about the origin, so that no axis of the plane helps to tell them apart."""
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return Mixture(mixture.modes @ turn.T, mixture.std)


def staggered(side: int = 5, spacing: float = 2.0, std: float = 0.05) -> Mixture:
    """The grid with every second row moved along itself by half the spacing."""
    straight = grid(side, spacing, std)
    row = np.arange(side**2) // side
    return Mixture(straight.modes + np.stack([0 * row, row % 2 * spacing / 2], axis=1), std)


def grid_100() -> Mixture:
    """100 Gaussians of std 0.03 on a 10×10 lattice of spacing 1."""
    return grid(side=10, spacing=1.0, std=0.03)


TOYS: dict[str, Callable[[], Mixture]] = {
    "ring": ring,
    "ring-rotated": lambda: rotated(ring()),
    "grid": grid,
    "grid-rotated": lambda: rotated(grid()),
    "grid-staggered": staggered,
    "grid-100": grid_100,
}


def toy_samples(name: str) -> Samples:
    """100,000 points of the named toy, always the same; labels are mode indices."""
    mixture = TOYS[name]()
    values, labels = mixture.sample(SAMPLES)
    classes = tuple(str(mode) for mode in range(len(mixture.modes)))
    digest = digest_of(name, SAMPLES, mixture.modes.tolist(), mixture.std)
    return Samples(name, Spec((2,), classes, **moments(values)), values, labels, (), digest, mixture=mixture)
