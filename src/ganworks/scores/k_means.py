"""k-means: Lloyd's algorithm (1982) from k-means++ starts (Arthur & Vassilvitskii 2007)."""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.randomness import generator
from ganworks.scores.neighbours import distance_blocks


def k_means(points: Tensor, count: int, seed: int = 0, rounds: int = 100) -> Tensor:
    """`count`×D centres of N×D float64 points, after `rounds` or when no point changes its centre.

    Raises GanworksError for fewer than `count` distinct points.
    """
    centres = _spread(points, count, seed)
    belongs = torch.full((len(points),), -1)
    for _ in range(rounds):
        nearer = nearest_centre(points, centres)
        if torch.equal(nearer, belongs):
            break
        belongs = nearer
        sizes = torch.bincount(belongs, minlength=count).double()[:, None]
        sums = torch.zeros_like(centres).index_add_(0, belongs, points)
        centres = torch.where(sizes > 0, sums / sizes.clamp(min=1), centres)
    return centres


def nearest_centre(points: Tensor, centres: Tensor) -> Tensor:
    """The index of the centre that each of N points is nearest to."""
    return torch.cat([block.argmin(1) for _, block in distance_blocks(points, centres)])


def _spread(points: Tensor, count: int, seed: int) -> Tensor:
    """Points drawn one after another, each with a chance that grows with the squared distance to those before it."""
    draw = generator(seed, "k-means")
    chosen = [int(torch.randint(len(points), (), generator=draw))]
    apart = torch.full((len(points),), torch.inf, dtype=torch.float64)
    while len(chosen) < count:
        apart = apart.minimum((points - points[chosen[-1]]).square().sum(1))
        if not bool((apart > 0).any()):
            raise GanworksError(f"{len(chosen)} distinct samples cannot be put into {count} bins: ask for fewer bins")
        chosen.append(int(torch.multinomial(apart, 1, generator=draw)))
    return points[chosen]
