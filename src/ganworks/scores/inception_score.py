"""Inception Score (Salimans et al. 2016, arXiv:1606.03498): exp(E KL(p(y|x) ‖ p(y))), from 1 to the class count."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.randomness import generator
from ganworks.scores.features import Array
from ganworks.scores.probabilities import as_probabilities
from ganworks.scores.score import Evidence, Score, Values


def inception_score(probabilities: Array, splits: int = 10, seed: int = 0) -> tuple[float, float]:
    """Mean and standard deviation (divided by the number of splits, as published) over splits of N×K probabilities.

    Splits are consecutive as in the paper's code, after a seeded shuffle: folders are sorted by class, labels cycle.
    Raises GanworksError unless rows are probabilities and every split has at least 2 of them.
    """
    rows = as_probabilities(probabilities)
    if splits < 1 or len(rows) < 2 * splits:
        raise GanworksError(f"{len(rows)} samples in {splits} splits: at least 2 in each are needed")
    shuffled = rows[torch.randperm(len(rows), generator=generator(seed, "inception score splits"))]
    parts = (shuffled[start:end] for start, end in pairwise(i * len(rows) // splits for i in range(splits + 1)))
    scores = torch.tensor([information(part) for part in parts], dtype=torch.float64).exp()
    return float(scores.mean()), float(scores.std(correction=0))


def information(rows: Tensor) -> float:
    """E KL(p(y|x) ‖ p(y)) = H(E p(y|x)) − E H(p(y|x)) in nats, ≥ 0, of N×K float64 probabilities."""
    entropies = torch.special.entr(rows).sum(1)
    return max(float(torch.special.entr(rows.mean(0)).sum() - entropies.mean()), 0.0)


def _compute(generated: Evidence, real: Evidence) -> Values:
    return {"inception_score": inception_score(generated.probabilities)[0]}


score = Score(
    summary="how sure the classes of single samples are, and how many there are: 1 to the number of classes",
    paper="Salimans et al. 2016, arXiv:1606.03498",
    better={"inception_score": "higher"},
    compute=_compute,
    needs=("classes",),
)
