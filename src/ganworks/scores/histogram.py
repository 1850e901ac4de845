"""Which classes the samples fall into: a histogram of a classifier's verdicts, and what to read from it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.probabilities import as_probabilities
from ganworks.scores.score import Evidence, Score, Values
from ganworks.theory.divergences import total_variation


def class_histogram(probabilities: Tensor) -> Tensor:
    """The share of each class among N×K class probabilities, each sample counted for its most probable one.

    Returns K shares that sum to 1 (float64). Raises GanworksError unless rows are probabilities.
    """
    rows = as_probabilities(probabilities)
    return torch.bincount(rows.argmax(1), minlength=rows.shape[1]).double() / len(rows)


def label_histogram(labels: Tensor | npt.NDArray[np.integer], classes: int) -> Tensor:
    """The share of each of `classes` classes among N integer labels: the reference for real data."""
    labels = torch.as_tensor(labels)
    if (
        labels.ndim != 1
        or not len(labels)
        or labels.is_floating_point()
        or int(labels.min()) < 0
        or int(labels.max()) >= classes
    ):
        raise GanworksError(f"labels must be N ≥ 1 integers from 0 to {classes - 1}")
    return torch.bincount(labels, minlength=classes).double() / len(labels)


def rarest_share(histogram: Tensor) -> float:
    """The share of the rarest class: 0 when a class was dropped, 1/K when all are equally frequent."""
    return float(histogram.min())


def mean_top_confidence(probabilities: Tensor) -> float:
    """The mean, over N×K class probabilities, of each sample's highest one: 1/K (unrecognisable) to 1."""
    return float(as_probabilities(probabilities).amax(1).mean())


def _compute(generated: Evidence, real: Evidence) -> Values:
    histogram = class_histogram(generated.probabilities)
    return {
        "total_variation": float(total_variation(histogram, class_histogram(real.probabilities))),
        "rarest": rarest_share(histogram),
        "confidence": mean_top_confidence(generated.probabilities),
    }


score = Score(
    summary="classes that samples fall into: distance of their shares to those of real ones, the rarest, certainty",
    paper="as in Santurkar et al. 2018, arXiv:1711.00970",
    better={"total_variation": "lower", "rarest": "higher", "confidence": "near floor"},
    compute=_compute,
    needs=("classes",),
)
