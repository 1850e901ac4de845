"""What every score of classes asks of their probabilities: N×K, rows that sum to 1."""

from __future__ import annotations

from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.features import Array, as_features


def as_probabilities(probabilities: Array) -> Tensor:
    """N×K class probabilities in float64, whose rows sum to 1; raises GanworksError where they are none."""
    rows = as_features(probabilities, what="class probabilities")
    sums = rows.sum(1, keepdim=True)
    if not bool((rows >= 0).all()) or float((sums - 1).abs().max()) > 1e-4:
        raise GanworksError("class probabilities must be ≥ 0 and sum to 1 in every row (logits need a softmax)")
    return rows / sums
