"""Distances between all pairs of two feature sets, a block at a time, and what scores read from them: radii,
who lies within whose, and nearest neighbours. Distances are squared and float64 throughout.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from ganworks.errors import GanworksError

_BLOCK = 1 << 20  # distances, or features, held at once: 8 MiB
_FEWEST_ROWS = 64  # fewer take twice as long for each distance
_ROUNDING = 1e-12  # of a distance |x|² + |y|² − 2xy, relative to the largest |x|²; ties must not hang on it


def distance_blocks(points: Tensor, others: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """Rows of the N×M squared distances of N×D `points` to M×D `others`, with where they lie; one block at a time."""
    norms = others.square().sum(1)
    rows = max(_FEWEST_ROWS, _BLOCK // max(others.shape))
    for start in range(0, len(points), rows):
        where = slice(start, min(start + rows, len(points)))
        block = torch.addmm(norms, points[where], others.T, alpha=-2)
        yield where, block.add_(points[where].square().sum(1, keepdim=True))


def centred(*sets: Tensor) -> tuple[tuple[Tensor, ...], float]:
    """The sets moved so that the last one's mean is 0, and the rounding error of a squared distance among them."""
    middle = sets[-1].mean(0)
    moved = tuple(points - middle for points in sets)
    return moved, _ROUNDING * max(float(points.square().sum(1).max()) for points in moved)


def squared_radii(points: Tensor, k: int) -> Tensor:
    """N squared distances of each point to the k-th nearest other one; raises GanworksError unless 1 ≤ k < N."""
    require_neighbours(k, len(points) - 1)
    radii = torch.empty(len(points), dtype=torch.float64)
    for where, block in distance_blocks(points, points):
        block.diagonal(where.start).fill_(torch.inf)
        radii[where] = block.topk(k, largest=False).values.amax(1)
    return radii


def nearest(points: Tensor, others: Tensor, k: int, same: bool = False) -> Tensor:
    """N×k distances (not squared, exact to rounding) to the k nearest others, ascending; `same`: not to itself."""
    require_neighbours(k, len(others) - same)
    distances = torch.empty(len(points), k, dtype=torch.float64)
    for where, block in distance_blocks(points, others):
        if same:
            block.diagonal(where.start).fill_(torch.inf)
        found = block.topk(k, largest=False).indices
        # The differences themselves: |x|² + |y|² − 2xy cancels, and copies are exactly at 0.
        apart = points[where, None] - others[found]
        distances[where] = torch.linalg.vector_norm(apart, dim=2).sort(1).values
    return distances


def require_neighbours(k: int, count: int) -> None:
    """Raises GanworksError unless 1 ≤ k ≤ count."""
    if not 1 <= k <= count:
        raise GanworksError(
            f"{k} nearest neighbours among {count} other samples: give 1 ≤ k ≤ {count}, or more samples"
        )
