"""Improved precision and recall (Kynkäänniemi et al. 2019, arXiv:1904.06991): how much of the generated samples lies
within the real manifold, and how much of the real ones within the generated manifold.

A manifold is the union of the balls around its samples that reach to their k-th nearest neighbour, edge included
(eq. 1: ‖φ − φ'‖ ≤ ‖φ' − NN_k(φ')‖). The prdc package tests <, which differs only where distances are equal.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.scores.features import Array, as_pair
from ganworks.scores.neighbours import centred, distance_blocks, squared_radii
from ganworks.scores.score import Evidence, Score, Values


def precision_recall(generated: Array, real: Array, k: int = 3) -> tuple[float, float]:
    """Precision and recall in [0, 1] of N×D generated and M×D real features with balls to the k-th neighbour (eq. 2).

    Raises GanworksError for features that are not finite, sizes that differ, and sets of k samples or fewer.
    """
    (fake, true), rounding = centred(*as_pair(generated, real))
    fake_radii, true_radii = (squared_radii(points, k) + rounding for points in (fake, true))
    inside_true = torch.zeros(len(fake), dtype=torch.bool)
    inside_fake = torch.zeros(len(true), dtype=torch.bool)
    for where, block in distance_blocks(fake, true):
        inside_true[where] = (block <= true_radii).any(1)
        inside_fake |= (block <= fake_radii[where, None]).any(0)
    return _share(inside_true), _share(inside_fake)


def _share(which: Tensor) -> float:
    return float(which.double().mean())


def _compute(generated: Evidence, real: Evidence) -> Values:
    precision, recall = precision_recall(generated.features, real.features)
    return {"precision": precision, "recall": recall}


score = Score(
    summary="share of generated samples within the real manifold, and of real ones within the generated",
    paper="Kynkäänniemi et al. 2019, arXiv:1904.06991",
    better={"precision": "higher", "recall": "higher"},
    compute=_compute,
)
