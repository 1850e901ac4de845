"""Number of statistically different bins (Richardson & Weiss 2018, arXiv:1805.12462): k-means bins of the real set, and
in how many of them the share of generated samples differs; with the Jensen–Shannon divergence of the shares.
"""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.features import Array, as_pair
from ganworks.scores.k_means import k_means, nearest_centre
from ganworks.scores.score import Evidence, Score, Values
from ganworks.theory.divergences import jensen_shannon_divergence

_LEAST = 5  # expected samples a bin, below which shares are not normal enough for a z-test


def ndb(
    generated: Array, real: Array, bins: int = 100, significance: float = 0.05, seed: int = 0
) -> tuple[float, float]:
    """NDB / bins in [0, 1], about `significance` where nothing differs, and Jensen–Shannon in [0, log 2] nats.

    N×D generated and M×D real features. Raises GanworksError for features that are not finite, sizes that differ,
    fewer than 5 samples a bin, and fewer distinct real samples than bins.
    """
    fake, true = as_pair(generated, real)
    if bins < 2 or min(len(fake), len(true)) < _LEAST * bins:
        raise GanworksError(
            f"{min(len(fake), len(true))} samples in {bins} bins: 2 bins or more, and {_LEAST} samples for each"
            " are needed; give more samples or fewer bins"
        )
    middle = true.mean(0)
    centres = k_means(true - middle, bins, seed)
    counts = [torch.bincount(nearest_centre(points - middle, centres), minlength=bins) for points in (fake, true)]
    different = differing(counts[0], counts[1], significance)
    divergence = jensen_shannon_divergence(counts[0].double() / len(fake), counts[1].double() / len(true))
    return float(different.double().mean()), float(divergence)


def differing(first: Tensor, second: Tensor, significance: float) -> Tensor:
    """Which of K bins hold different shares, from K counts each: a two-sided z-test with the pooled share."""
    n, m = int(first.sum()), int(second.sum())
    pooled = (first + second).double() / (n + m)
    deviation = (pooled * (1 - pooled)).sqrt() * sqrt(1 / n + 1 / m)
    z = (first / n - second / m).double().abs() / deviation.clamp(min=torch.finfo(torch.float64).tiny)
    different: Tensor = torch.special.erfc(z / sqrt(2)) < significance
    return different


def _compute(generated: Evidence, real: Evidence) -> Values:
    share, divergence = ndb(generated.features, real.features)
    return {"ndb": share, "ndb_js": divergence}


score = Score(
    summary="share of 100 regions of the real features that get too many or too few samples (0.05 by chance)",
    paper="Richardson & Weiss 2018, arXiv:1805.12462",
    better={"ndb": "lower", "ndb_js": "lower"},
    compute=_compute,
)
