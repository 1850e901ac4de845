"""Gaussians on the line, and the grid on which integrals over two of them are exact to rounding."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log, pi

import numpy as np
import numpy.typing as npt

from ganworks.errors import GanworksError

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Gaussian:
    """N(mean, std²) on the line; raises GanworksError unless the mean is finite and the deviation positive."""

    mean: float = 0.0
    std: float = 1.0

    def __post_init__(self) -> None:
        if not isfinite(self.mean) or not isfinite(self.std) or self.std <= 0:
            raise GanworksError(f"Gaussian({self.mean}, {self.std}): a finite mean and a deviation > 0 are needed")

    def log_density(self, x: npt.ArrayLike) -> Array:
        """log N(x; mean, std²) at points of any shape."""
        scaled = (np.asarray(x, np.float64) - self.mean) / self.std
        logs: Array = -0.5 * scaled**2 - log(self.std) - 0.5 * log(2 * pi)
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
    end where p = q, since |p − q| is not smooth there.
    """
    units = np.arange(-9, 9.5, 0.5)
    edges = np.unique(np.concatenate([p.mean + p.std * units, q.mean + q.std * units, _crossings(p, q)]))
    middle, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    nodes, weights = np.polynomial.legendre.leggauss(16)
    return (middle[:, None] + half[:, None] * nodes).ravel(), (half[:, None] * weights).ravel()


def _crossings(p: Gaussian, q: Gaussian) -> Array:
    """The real solutions of log p(x) = log q(x), a quadratic equation, nearest the two means."""
    precision_p, precision_q = p.std**-2, q.std**-2
    # Seen from p's mean, so that two means far from 0 do not cancel.
    shift = q.mean - p.mean
    roots = np.roots(
        [
            (precision_q - precision_p) / 2,
            -precision_q * shift,
            precision_q * shift**2 / 2 + log(q.std / p.std),
        ]
    )
    reach = 9 * max(p.std, q.std) + abs(shift)
    real: Array = roots.real[np.isreal(roots)]
    return p.mean + real[np.abs(real) < reach]
