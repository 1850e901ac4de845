"""The discriminator that no other beats, and what the game is worth against it (Goodfellow et al. 2014,
arXiv:1406.2661, section 4.1).

p is the data's distribution and q the generator's: two arrays of probabilities, or two Gaussians.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import overload

import numpy as np
import numpy.typing as npt

from ganworks.errors import GanworksError
from ganworks.theory.densities import Array, Gaussian, quadrature
from ganworks.theory.divergences import Distribution, jensen_shannon_divergence, masses

Function = Callable[[npt.ArrayLike], Array]


@overload
def optimal_logit(p: Gaussian, q: Gaussian) -> Function: ...
@overload
def optimal_logit(p: npt.ArrayLike, q: npt.ArrayLike) -> Array: ...
def optimal_logit(p: Distribution, q: Distribution) -> Array | Function:
    """log p − log q, of which D* is the sigmoid: per outcome, or as a function of x for two Gaussians.

    Infinite where only one of both has mass; 0 where none has, since nothing depends on it there.
    """
    if isinstance(p, Gaussian) and isinstance(q, Gaussian):
        return lambda x: p.log_density(x) - q.log_density(x)
    real, fake = masses(p, q)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((real > 0) | (fake > 0), np.log(real) - np.log(fake), 0.0)


@overload
def optimal_discriminator(p: Gaussian, q: Gaussian) -> Function: ...
@overload
def optimal_discriminator(p: npt.ArrayLike, q: npt.ArrayLike) -> Array: ...
def optimal_discriminator(p: Distribution, q: Distribution) -> Array | Function:
    """D* = p / (p + q) (Prop. 1): per outcome, or as a function of x for two Gaussians; ½ where none has mass."""
    if isinstance(p, Gaussian) and isinstance(q, Gaussian):
        return lambda x: _sigmoid(p.log_density(x) - q.log_density(x))
    real, fake = masses(p, q)
    best: Array = np.divide(real, real + fake, out=np.full(real.shape, 0.5), where=real + fake > 0)
    return best


def value(logit: npt.ArrayLike | Function, p: Distribution, q: Distribution) -> Array:
    """V(D, G) = E_p log D + E_q log(1 − D) (eq. 1), ≤ 0, of D = sigmoid(logit); the BCE loss of D is −V.

    The logit is one per outcome, or a function of x for two Gaussians. It is asked for, not D, since 1 − D rounds to
    0 where D is sure. Largest for `optimal_logit`; −∞ for a D that is sure and wrong. Raises GanworksError for NaN.
    """
    p_mass, q_mass = masses(p, q)
    if callable(logit):
        if not (isinstance(p, Gaussian) and isinstance(q, Gaussian)):
            raise GanworksError("a logit that is a function of x needs two Gaussians: give one logit per outcome")
        logit = logit(quadrature(p, q)[0])
    logits = np.asarray(logit, np.float64)
    try:
        paired = np.broadcast_shapes(logits.shape, p_mass.shape)
    except ValueError:
        paired = ()
    if np.isnan(logits).any() or paired[-1:] != p_mass.shape[-1:]:
        raise GanworksError(f"logits of shape {logits.shape}: {p_mass.shape[-1]} numbers, one per outcome, are needed")
    with np.errstate(invalid="ignore"):
        real = np.where(p_mass > 0, -p_mass * np.logaddexp(0, -logits), 0.0)
        fake = np.where(q_mass > 0, -q_mass * np.logaddexp(0, logits), 0.0)
    worth: Array = (real + fake).sum(-1)
    return worth


def generator_cost(p: Distribution, q: Distribution) -> Array:
    """C(G) = max_D V(D, G) = −log 4 + 2 JSD(p, q) (eq. 6), from −log 4 (equal) to 0 (disjoint)."""
    return 2 * jensen_shannon_divergence(p, q) - log(4)


def _sigmoid(logits: Array) -> Array:
    sigmoids: Array = np.exp(-np.logaddexp(0, -logits))
    return sigmoids
