"""How far apart two distributions are: KL and Jensen-Shannon divergence, Jensen-Shannon distance, total variation.

Two distributions are two arrays of probabilities, or two Gaussians of `ganworks.theory.densities`. Arrays have the
outcomes last; leading axes broadcast, so that a whole trajectory is compared at once. Divergences are in nats: a
number for two distributions, an array for leading axes. Bad probabilities raise GanworksError.
"""

from __future__ import annotations

from math import log

import numpy as np
import numpy.typing as npt

from ganworks.errors import GanworksError
from ganworks.theory.densities import Array, Gaussian, relative_quadrature

Distribution = npt.ArrayLike | Gaussian


def kl_divergence(p: Distribution, q: Distribution) -> Array:
    """KL(p ‖ q) = Σ p log(p/q) ≥ 0 (Kullback & Leibler 1951); infinite where p has mass and q has none.

    Of Gaussians it is never infinite, but may exceed the largest float, and is then inf.
    """
    if isinstance(p, Gaussian) and isinstance(q, Gaussian):
        ratio, shift = p.std / q.std, (p.mean - q.mean) / q.std
        return np.float64((ratio * ratio + shift * shift - 1) / 2 - log(p.std) + log(q.std)).clip(0)
    p, q = masses(p, q)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * (np.log(p) - np.log(q)), 0.0)
    divergence: Array = terms.sum(-1).clip(0)
    return divergence


def jensen_shannon_divergence(p: Distribution, q: Distribution) -> Array:
    """½ KL(p ‖ m) + ½ KL(q ‖ m) with m = (p + q)/2, from 0 (equal) to log 2 (disjoint) (Lin 1991).

    Gaussians have no closed form: theirs is integrated, with an absolute error below 1e-12. Means more than a million
    times the larger deviation apart raise GanworksError.
    """
    p, q = masses(p, q)
    # With D* = (1 + t)/2, an outcome adds m (log 2 − entropy of D*): never negative, and exactly 0 where p = q.
    both = p + q
    t = np.divide(p - q, both, out=np.zeros_like(both), where=both > 0)
    information = (_x_log_x(1 + t) + _x_log_x(1 - t)) / 2
    divergence: Array = (both / 2 * information).sum(-1).clip(0, log(2))
    return divergence


def jensen_shannon_distance(p: Distribution, q: Distribution) -> Array:
    """√JSD, a metric, from 0 to √log 2 (Endres & Schindelin 2003)."""
    distance: Array = np.sqrt(jensen_shannon_divergence(p, q))
    return distance


def total_variation(p: Distribution, q: Distribution) -> Array:
    """½ Σ |p − q|, the largest difference of probability of any event: from 0 (equal) to 1 (disjoint)."""
    p, q = masses(p, q)
    variation: Array = (np.abs(p - q).sum(-1) / 2).clip(0, 1)
    return variation


def masses(p: Distribution, q: Distribution) -> tuple[Array, Array]:
    """Both as probabilities of the same outcomes, in one shape: Gaussians as those of the nodes of their quadrature."""
    if isinstance(p, Gaussian) and isinstance(q, Gaussian):
        nodes, weights, origin = relative_quadrature(p, q)
        first, second = (Gaussian(gaussian.mean - origin, gaussian.std).density(nodes) for gaussian in (p, q))
        return weights * first, weights * second
    if isinstance(p, Gaussian) or isinstance(q, Gaussian):
        raise GanworksError("a Gaussian and an array of probabilities have no outcome in common: compare two of a kind")
    p, q = probabilities(p), probabilities(q)
    if p.shape[-1] != q.shape[-1]:
        raise GanworksError(f"distributions over {p.shape[-1]} and {q.shape[-1]} outcomes cannot be compared")
    try:
        p, q = np.broadcast_arrays(p, q)
    except ValueError:
        raise GanworksError(f"distributions of shapes {p.shape} and {q.shape} cannot be paired: one of each?") from None
    return p, q


def probabilities(values: npt.ArrayLike) -> Array:
    """…×K float64 that sum to 1 over the last axis; raises GanworksError unless they did so to 1e-6 and are ≥ 0."""
    try:
        array = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise GanworksError("probabilities must be numbers, equally many in every row") from None
    if array.ndim == 0 or not array.size:
        raise GanworksError(f"probabilities have shape {array.shape}: …×K with K ≥ 1 is needed")
    sums = array.sum(-1, keepdims=True)
    if not bool((array >= 0).all() and (np.abs(sums - 1) < 1e-6).all()):
        raise GanworksError("probabilities must be numbers ≥ 0 that sum to 1 over the last axis (divide by their sum)")
    normalised: Array = array / sums
    return normalised


def _x_log_x(x: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x > 0, x * np.log(x), 0.0)
