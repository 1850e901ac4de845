"""Gaussians on the line, and the grid on which integrals over two of them are exact to rounding."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi

import numpy as np
import numpy.typing as npt

from ganworks.errors import GanworksError

Array = npt.NDArray[np.float64]

FINEST = 1e-6
"""Deviations by which a node of a quadrature may be misplaced at most, and ÷ by which Gaussians may be apart."""


@dataclass(frozen=True)
class Gaussian:
    """N(mean, std²) on the line; raises GanworksError unless |mean| ≤ 1e300 and 1e-300 ≤ std ≤ 1e300."""

    mean: float = 0.0
    std: float = 1.0

    def __post_init__(self) -> None:
        if not (abs(self.mean) <= 1e300 and 1e-300 <= self.std <= 1e300):
            raise GanworksError(
                f"Gaussian({self.mean}, {self.std}): a finite mean and a deviation > 0 are needed, within 1e±300"
            )

    def log_density(self, x: npt.ArrayLike) -> Array:
        """log N(x; mean, std²) at points of any shape."""
        scaled = (np.asarray(x, np.float64) - self.mean) / self.std
        with np.errstate(over="ignore"):
            squares = scaled**2
        logs: Array = -0.5 * squares - log(self.std) - 0.5 * log(2 * pi)
        return logs

    def density(self, x: npt.ArrayLike) -> Array:
        """N(x; mean, std²) at points of any shape."""
        densities: Array = np.exp(self.log_density(x))
        return densities

    def sample(self, count: int, random: np.random.Generator) -> Array:
        """`count` independent draws."""
        return random.normal(self.mean, self.std, count)


def quadrature(p: Gaussian, q: Gaussian) -> tuple[Array, Array]:
    """Nodes and weights with Σ weight · f(node) = ∫ f for an f made of p and q, whatever their scales
    (to the rounding of the nodes: about 2e-16 · |x| / deviation).

    Gauss-Legendre with 16 nodes on panels of half a deviation of either, out to 9 deviations (tails: 2e-19), that
    end where p = q, since |p − q| is not smooth there. Raises GanworksError where floats are too coarse for that.
    """
    nodes, weights, origin = relative_quadrature(p, q)
    if np.spacing(abs(origin)) > FINEST * min(p.std, q.std):
        raise GanworksError(
            f"floats near {origin:g} are too coarse for {p} and {q}: subtract {origin:g} from both means"
        )
    return origin + nodes, weights


def relative_quadrature(p: Gaussian, q: Gaussian) -> tuple[Array, Array, float]:
    """The nodes as seen from an origin, the narrower one's mean, so that places far from 0 round nothing; the weights;
    and the origin."""
    narrow, wide = sorted((p, q), key=lambda gaussian: gaussian.std)
    shift, units = wide.mean - narrow.mean, np.arange(-9, 9.5, 0.5)
    if FINEST * abs(shift) > wide.std:
        raise GanworksError(
            f"{p} and {q} are too far apart to be integrated over together: they are told apart for sure"
        )
    edges = np.unique(np.concatenate([narrow.std * units, shift + wide.std * units, _crossings(narrow, wide)]))
    middle, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    nodes, weights = np.polynomial.legendre.leggauss(16)
    return (middle[:, None] + half[:, None] * nodes).ravel(), (half[:, None] * weights).ravel(), narrow.mean


def _crossings(narrow: Gaussian, wide: Gaussian) -> Array:
    """Where both densities are equal, nearest the two means, as seen from the narrow one's: a quadratic equation."""
    shift, ratio = wide.mean - narrow.mean, narrow.std / wide.std
    # In a unit in which no coefficient is large, however different the deviations are.
    unit = max(narrow.std, ratio * abs(shift))
    inclination, own = ratio * shift / unit, narrow.std / unit
    logs = log(wide.std) - log(narrow.std)
    roots = np.roots([1 - ratio**2, 2 * ratio * inclination, -(inclination**2) - 2 * own**2 * logs])
    real: Array = unit * roots.real[np.isreal(roots)]
    return real[np.abs(real) < 9 * wide.std + abs(shift)]
