"""Mode Score: exp(E KL(p(y|x) ‖ p_gen(y)) − KL(p_gen(y) ‖ p_train(y))), the Inception Score less what the generated
classes miss of the real ones.

The form that is often quoted (Che et al. 2017, arXiv:1612.02136), exp(E KL(p(y|x) ‖ p_train) − KL(p_gen ‖ p_train)),
is the Inception Score itself, whatever p_train is: the two terms in p_train cancel.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.features import Array
from ganworks.scores.inception_score import inception_score, inception_scores_without_each
from ganworks.scores.probabilities import as_probabilities
from ganworks.scores.score import Evidence, Score, Values
from ganworks.theory.divergences import kl_divergence


def mode_score(generated: Array, real: Array, splits: int = 10, seed: int = 0) -> float:
    """From 0 to the Inception Score of N×K generated probabilities, which it is where classes are as often as in M×K
    real ones; 0 where a class is generated that no real sample has. The shares of classes are those of all samples.

    Raises GanworksError unless rows are probabilities of the same K classes and every split has at least 2 of them.
    """
    rows, real_rows = as_probabilities(generated), as_probabilities(real)
    if rows.shape[1] != real_rows.shape[1]:
        raise GanworksError(
            f"generated samples have {rows.shape[1]} classes and real ones {real_rows.shape[1]}:"
            " use the same classifier"
        )
    return inception_score(rows, splits, seed)[0] * _share_left(rows, real_rows)


def _share_left(rows: Tensor, real_rows: Tensor) -> float:
    return exp(-float(kl_divergence(rows.mean(0), real_rows.mean(0))))


def _compute(generated: Evidence, real: Evidence) -> Values:
    return {"mode_score": mode_score(generated.probabilities, real.probabilities)}


def _without_each(groups: Sequence[tuple[Evidence, Evidence]]) -> list[Values]:
    sides = [[as_probabilities(one.probabilities) for one in side] for side in zip(*groups, strict=True)]
    scores = inception_scores_without_each(sides[0])
    left = [[torch.cat(side[:n] + side[n + 1 :]) for side in sides] for n in range(len(groups))]
    return [{"mode_score": score * _share_left(*rows)} for score, rows in zip(scores, left, strict=True)]


score = Score(
    summary="the Inception Score, lowered by how far the generated classes' shares are from the real ones'",
    paper="Che et al. 2017, arXiv:1612.02136, in the form that differs from the Inception Score",
    better={"mode_score": "higher"},
    compute=_compute,
    needs=("classes",),
    without_each=_without_each,
)
