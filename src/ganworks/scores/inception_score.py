"""Inception Score (Salimans et al. 2016, arXiv:1606.03498): exp(E KL(p(y|x) ‖ p(y))), from 1 to the class count."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import exp

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
    scores = torch.tensor([information(rows[part]) for part in _parts(len(rows), splits, seed)], dtype=torch.float64)
    return float(scores.exp().mean()), float(scores.exp().std(correction=0))


def inception_scores_without_each(groups: Sequence[Array], splits: int = 10, seed: int = 0) -> list[float]:
    """The score of all groups N×K but the first, but the second, …, in the splits of all together."""
    rows = torch.cat([as_probabilities(group) for group in groups])
    group_of = torch.arange(len(groups)).repeat_interleave(torch.tensor([len(group) for group in groups]))
    parts = _parts(len(rows), splits, seed)
    left = [[part[group_of[part] != n] for part in parts] for n in range(len(groups))]
    return [sum(exp(information(rows[part])) for part in some) / splits for some in left]


def _parts(count: int, splits: int, seed: int) -> list[Tensor]:
    order = torch.randperm(count, generator=generator(seed, "inception score splits"))
    return [order[start:end] for start, end in pairwise(i * count // splits for i in range(splits + 1))]


def information(rows: Tensor) -> float:
    """E KL(p(y|x) ‖ p(y)) = H(E p(y|x)) − E H(p(y|x)) in nats, ≥ 0, of N×K float64 probabilities."""
    entropies = torch.special.entr(rows).sum(1)
    return max(float(torch.special.entr(rows.mean(0)).sum() - entropies.mean()), 0.0)


def _compute(generated: Evidence, real: Evidence) -> Values:
    return {"inception_score": inception_score(generated.probabilities)[0]}


def _without_each(groups: Sequence[tuple[Evidence, Evidence]]) -> list[Values]:
    scores = inception_scores_without_each([generated.probabilities for generated, _ in groups])
    return [{"inception_score": score} for score in scores]


score = Score(
    summary="how sure the classes of single samples are, and how many there are: 1 to the number of classes",
    paper="Salimans et al. 2016, arXiv:1606.03498",
    better={"inception_score": "higher"},
    compute=_compute,
    needs=("classes",),
    without_each=_without_each,
)
