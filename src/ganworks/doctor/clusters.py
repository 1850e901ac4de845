"""What the counts of fakes in the clusters of the data say: which are missing, and how much they move about."""

from __future__ import annotations

from math import ceil, pi

import numpy as np

from ganworks.doctor.history import History, Series, trailing_mean, trailing_sum
from ganworks.doctor.thresholds import DUE, LONG, UNFAIR


def missing(history: History) -> Series:
    """The share of the data whose clusters got under a fifth of what they should have in the last lines.

    These are LONG, or as many more as batches are too small for their clusters. While fewer fakes than DUE a cluster
    were counted nothing can be said (NaN).
    """
    drawn, due = history.clusters.sum(1), DUE * len(history.shares)
    batch = drawn.sum() / max(1, np.count_nonzero(drawn))
    counts = trailing_sum(history.clusters, max(LONG, ceil(due / max(1.0, batch))))
    fair = counts.sum(1, keepdims=True) * history.shares
    lost: Series = ((counts < UNFAIR * fair) * history.shares).sum(1)
    return np.where(counts.sum(1) < due, np.nan, lost)


def restlessness(history: History) -> Series:
    """How far cluster shares move from line to line, beyond what chance explains: total variation, meaned over ten."""
    counts = history.clusters
    totals = counts.sum(1, keepdims=True)
    shares = counts / np.maximum(1, totals)
    pooled = trailing_sum(counts, LONG)
    expected = pooled / np.maximum(1, pooled.sum(1, keepdims=True))
    moved = np.abs(np.diff(shares, axis=0, prepend=shares[:1])).sum(1) / 2
    # E|p₁ − p₂| of two multinomial shares of n samples each is about √(2/π) · √(2 p (1 − p) / n).
    chance = np.sqrt(4 / pi * expected * (1 - expected) / np.maximum(1, totals)).sum(1) / 2
    calm = trailing_mean(np.where(totals[:, 0] > 0, np.maximum(0.0, moved - np.minimum(chance, moved)), np.nan), LONG)
    return np.nan_to_num(calm)
