"""Which classes the samples fall into: a histogram of a classifier's verdicts, and what to read from it."""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.score import Evidence, Score, Values


def class_histogram(probabilities: Tensor) -> Tensor:
    """The share of each class among N×K class probabilities, each sample counted for its most probable one.

    Returns K shares that sum to 1 (float64). Raises GanworksError unless rows are probabilities.
    """
    _require_probabilities(probabilities)
    classes = probabilities.shape[1]
    return torch.bincount(probabilities.argmax(1), minlength=classes).double() / len(probabilities)


def label_histogram(labels: Tensor, classes: int) -> Tensor:
    """The share of each of `classes` classes among N integer labels: the reference for real data."""
    if labels.ndim != 1 or not len(labels) or int(labels.min()) < 0 or int(labels.max()) >= classes:
        raise GanworksError(f"labels must be N ≥ 1 integers from 0 to {classes - 1}")
    return torch.bincount(labels, minlength=classes).double() / len(labels)


def total_variation(histogram: Tensor, reference: Tensor) -> float:
    """Half the absolute differences of two histograms: 0 when equal, 1 when they share no class."""
    for shares in (histogram, reference):
        if shares.ndim != 1 or not bool((shares >= 0).all()) or abs(float(shares.sum()) - 1) > 1e-6:
            raise GanworksError("a histogram must be K shares ≥ 0 that sum to 1")
    if histogram.shape != reference.shape:
        raise GanworksError(f"histograms over {len(histogram)} and {len(reference)} classes cannot be compared")
    return float((histogram.double() - reference.double()).abs().sum() / 2)


def rarest_share(histogram: Tensor) -> float:
    """The share of the rarest class: 0 when a class was dropped, 1/K when all are equally frequent."""
    return float(histogram.min())


def mean_top_confidence(probabilities: Tensor) -> float:
    """The mean, over N×K class probabilities, of each sample's highest one: 1/K (unrecognisable) to 1."""
    _require_probabilities(probabilities)
    return float(probabilities.double().max(1).values.mean())


def _require_probabilities(probabilities: Tensor) -> None:
    if probabilities.ndim != 2 or not len(probabilities):
        raise GanworksError(f"class probabilities have shape {tuple(probabilities.shape)}: N×K is needed")
    sums = probabilities.double().sum(1)
    if not bool((probabilities >= 0).all()) or not torch.allclose(sums, torch.ones_like(sums), atol=1e-4):
        raise GanworksError("class probabilities must be ≥ 0 and sum to 1 in every row (logits need a softmax)")


def _compute(generated: Evidence, real: Evidence) -> Values:
    histogram = class_histogram(generated.probabilities)
    return {
        "total_variation": total_variation(histogram, class_histogram(real.probabilities)),
        "rarest": rarest_share(histogram),
        "confidence": mean_top_confidence(generated.probabilities),
    }


score = Score(
    summary="classes that samples fall into: distance of their shares to those of real ones, the rarest, certainty",
    paper="as in Santurkar et al. 2018, arXiv:1711.00970",
    better={"total_variation": "lower", "rarest": "higher", "confidence": "near floor"},
    compute=_compute,
    needs_classes=True,
)
