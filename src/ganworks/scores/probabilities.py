"""Class probabilities: what scores of classes ask of them, and the splits that they are averaged over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.randomness import generator
from ganworks.scores.features import Array, as_features


def as_probabilities(probabilities: Array) -> Tensor:
    """N×K class probabilities in float64, whose rows sum to 1; raises GanworksError where they are none."""
    rows = as_features(probabilities, what="class probabilities")
    sums = rows.sum(1, keepdim=True)
    if not bool((rows >= 0).all()) or float((sums - 1).abs().max()) > 1e-4:
        raise GanworksError("class probabilities must be ≥ 0 and sum to 1 in every row (logits need a softmax)")
    return rows / sums


def shuffled_splits(rows: Tensor, splits: int, seed: int) -> Iterator[Tensor]:
    """Consecutive parts of N rows, as in the Inception Score's code, after a seeded shuffle: folders are sorted by
    class, labels cycle.

    Raises GanworksError unless every part has at least 2 rows.
    """
    if splits < 1 or len(rows) < 2 * splits:
        raise GanworksError(f"{len(rows)} samples in {splits} splits: at least 2 in each are needed")
    shuffled = rows[torch.randperm(len(rows), generator=generator(seed, "inception score splits"))]
    return (shuffled[start:end] for start, end in pairwise(i * len(rows) // splits for i in range(splits + 1)))
