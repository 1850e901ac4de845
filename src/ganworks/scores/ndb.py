"""Number of statistically different bins (Richardson & Weiss 2018, arXiv:1805.12462): k-means bins of the real set, and
in how many of them the share of generated samples differs; with the Jensen–Shannon divergence of the shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.features import Array, as_pair
from ganworks.scores.k_means import k_means, nearest_centre
from ganworks.scores.score import Evidence, Score, Values
from ganworks.theory.divergences import jensen_shannon_divergence

BINS, SIGNIFICANCE = 100, 0.05
_LEAST = 5  # expected samples a bin, below which shares are not normal enough for a z-test


def ndb(
    generated: Array, real: Array, bins: int = BINS, significance: float = SIGNIFICANCE, seed: int = 0
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
    if not 0 < significance < 1:
        raise GanworksError(f"significance={significance}: a chance between 0 and 1, such as 0.05, is needed")
    counts = [torch.bincount(bin_of, minlength=bins) for bin_of in _binned(fake, true, bins, seed)]
    return _compared(counts[0], counts[1], significance)


def _binned(fake: Tensor, true: Tensor, bins: int, seed: int) -> tuple[Tensor, Tensor]:
    """The bin of each sample."""
    middle = true.mean(0)
    centres = k_means(true - middle, bins, seed)
    return nearest_centre(fake - middle, centres), nearest_centre(true - middle, centres)


def _compared(first: Tensor, second: Tensor, significance: float) -> tuple[float, float]:
    different = differing(first, second, significance)
    divergence = jensen_shannon_divergence(first.double() / first.sum(), second.double() / second.sum())
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
    return _named(ndb(generated.features, real.features))


def _without_each(groups: Sequence[tuple[Evidence, Evidence]]) -> list[Values]:
    """In the bins of all real samples: others would be another score."""
    pairs = [as_pair(generated.features, real.features) for generated, real in groups]
    sides = [list(side) for side in zip(*pairs, strict=True)]
    bin_of = _binned(torch.cat(sides[0]), torch.cat(sides[1]), BINS, 0)
    counts = [_counted(bins, side) for bins, side in zip(bin_of, sides, strict=True)]
    left = [(by_group.sum(0) - by_group).unbind() for by_group in counts]
    return [_named(_compared(fake, true, SIGNIFICANCE)) for fake, true in zip(*left, strict=True)]


def _counted(bin_of: Tensor, groups: Sequence[Tensor]) -> Tensor:
    """How many samples of each group fall into each bin, G×K."""
    parts = torch.split(bin_of, [len(group) for group in groups])
    return torch.stack([torch.bincount(part, minlength=BINS) for part in parts])


def _named(found: tuple[float, float]) -> Values:
    return dict(zip(("ndb", "ndb_js"), found, strict=True))


score = Score(
    summary="share of 100 regions of the real features that get too many or too few samples (0.05 by chance)",
    paper="Richardson & Weiss 2018, arXiv:1805.12462",
    better={"ndb": "lower", "ndb_js": "lower"},
    compute=_compute,
    without_each=_without_each,
)
