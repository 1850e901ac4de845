"""The Jensen-Shannon divergence of two sets of numbers, estimated from their histograms."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ganworks.errors import GanworksError
from ganworks.theory.densities import Array
from ganworks.theory.divergences import jensen_shannon_divergence


def histogram_jensen_shannon(first: npt.ArrayLike, second: npt.ArrayLike, bins: int | None = None) -> Array:
    """JSD in nats of the shares of N and M numbers in `bins` bins, equally filled by both sets together.

    By default min(N, M)^⅓ · 2 bins. Biased both ways: chance differences raise it, by (bins − 1)(1/N + 1/M)/8 for
    equal distributions and by less for others; what differs only within a bin is not seen, which lowers it. For
    samples of more dimensions, bound the JSD by a discriminator (`ganworks.theory.lower_bound`).
    Raises GanworksError for numbers that are not finite, fewer than 2 bins, or fewer samples than bins.
    """
    samples = [np.asarray(numbers, np.float64) for numbers in (first, second)]
    for numbers in samples:
        if numbers.ndim != 1 or not bool(np.isfinite(numbers).all()):
            raise GanworksError(f"samples of shape {numbers.shape}: a histogram needs N finite numbers")
    fewest = min(map(len, samples))
    bins = round(2 * fewest ** (1 / 3)) if bins is None else bins
    if not 2 <= bins <= fewest:
        raise GanworksError(f"{bins} bins for {fewest} samples: at least 2 bins and a sample for each are needed")
    inner_edges = np.unique(np.quantile(np.concatenate(samples), np.arange(1, bins) / bins))
    shares = [
        np.bincount(np.searchsorted(inner_edges, numbers, side="right"), minlength=len(inner_edges) + 1) / len(numbers)
        for numbers in samples
    ]
    return jensen_shannon_divergence(*shares)
