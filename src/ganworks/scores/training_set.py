"""What a generator may have learnt by heart: its training samples, and how near to them are samples it never saw."""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor

from ganworks.randomness import generator
from ganworks.scores.features import Array, as_features, as_pair
from ganworks.scores.k_means import k_means, nearest_centre
from ganworks.scores.neighbours import nearest

LEAST = 20
"""Samples of each kind, below which no share and no rank says anything."""
MOST_UNSEEN = 10_000
"""Training samples that take the part of unseen ones where none were held out."""


class TrainingSet:
    """The features of the training samples, and of samples that were held out.

    Args:
        train: M×D.
        held_out: L×D; without them training samples, up to 10,000 drawn at random, take their part, each against all
            the others.

    Raises GanworksError for features that are not finite, sizes that differ, and fewer than 20 samples.
    """

    def __init__(self, train: Array, held_out: Array | None = None) -> None:
        learnt = as_features(train, LEAST, "features of the training samples")
        if held_out is None and len(learnt) > MOST_UNSEEN:
            learnt = learnt[torch.randperm(len(learnt), generator=generator(0, "training set"))]
        self.middle = learnt.mean(0)
        self.learnt = learnt - self.middle
        self.leaves_one_out = held_out is None
        self._cells: dict[tuple[int, int], tuple[Tensor, Tensor]] = {}
        if held_out is None:
            self.unseen = self.learnt[:MOST_UNSEEN]
        else:
            self.unseen = self.placed(held_out, "features of the held-out samples")

    def placed(self, features: Array, what: str = "generated features") -> Tensor:
        """Features N×D of other samples, N ≥ 20, with the mean of the training samples at 0."""
        return as_pair(as_features(features, LEAST, what), self.learnt)[0] - self.middle

    def nearest(self, features: Array) -> Tensor:
        """N×2 distances of other samples to the two training samples that are nearest, ascending."""
        return nearest(self.placed(features), self.learnt, 2)

    @cached_property
    def usual(self) -> Tensor:
        """L×2 distances of unseen samples to the two nearest training samples."""
        return nearest(self.unseen, self.learnt, 2, same=self.leaves_one_out)

    def cells(self, count: int, seed: int) -> tuple[Tensor, Tensor]:
        """Centres of `count` cells of the training samples, and the cell of each unseen sample."""
        if (count, seed) not in self._cells:
            centres = k_means(self.learnt, count, seed)
            self._cells[count, seed] = centres, nearest_centre(self.unseen, centres)
        return self._cells[count, seed]
