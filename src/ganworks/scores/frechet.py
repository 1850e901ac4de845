"""Fréchet distance between Gaussians fitted to features (Dowson & Landau 1982; FID of Heusel et al. 2017,
arXiv:1706.08500): |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ganworks.errors import GanworksError

Array = Tensor | npt.NDArray[np.floating]


@dataclass(frozen=True)
class FeatureStatistics:
    """Count, mean and scatter of features in float64; `a + b` are those of both sets together.

    Adding up batches, in any order and by any number of processes, gives what all features at once would.
    """

    count: int
    mean: Tensor
    scatter: Tensor

    @classmethod
    def of(cls, features: Array) -> FeatureStatistics:
        """The statistics of N×D features; raises GanworksError when they are not N×D or not finite."""
        rows = torch.as_tensor(features).double()
        if rows.ndim != 2 or not len(rows):
            raise GanworksError(f"features have shape {tuple(rows.shape)}: N×D with N ≥ 1 is needed")
        _require_finite("features", rows)
        mean = rows.mean(0)
        centred = rows - mean
        return cls(len(rows), mean, centred.T @ centred)

    def __add__(self, other: FeatureStatistics) -> FeatureStatistics:
        _require_same_size(self.mean, other.mean)
        count = self.count + other.count
        shift = other.mean - self.mean
        scatter = self.scatter + other.scatter
        scatter = scatter.addr(shift, shift, alpha=self.count * other.count / count)
        return FeatureStatistics(count, self.mean + shift * (other.count / count), scatter)

    @property
    def covariance(self) -> Tensor:
        """D×D, divided by N − 1; raises GanworksError for a single sample."""
        if self.count < 2:
            raise GanworksError("a covariance needs at least 2 samples, 1 was given")
        return self.scatter / (self.count - 1)

    def distance(self, other: FeatureStatistics) -> float:
        """The Fréchet distance to `other`, ≥ 0."""
        return frechet_distance(self.mean, self.covariance, other.mean, other.covariance)


def frechet_distance(mean1: Array, cov1: Array, mean2: Array, cov2: Array) -> float:
    """The squared Fréchet (2-Wasserstein) distance between N(mean1, cov1) and N(mean2, cov2), ≥ 0.

    Means are D, covariances D×D; everything is computed in float64. Singular covariances are fine.
    Raises GanworksError for values that are not finite, sizes that differ, and covariances that are none.
    """
    means = [torch.as_tensor(mean).double() for mean in (mean1, mean2)]
    covariances = [torch.as_tensor(cov).double() for cov in (cov1, cov2)]
    _require_same_size(*means)
    for mean, covariance in zip(means, covariances, strict=True):
        if covariance.shape != (len(mean), len(mean)):
            shapes = f"{tuple(covariance.shape)} for a mean of {len(mean)}"
            raise GanworksError(f"a covariance has shape {shapes}: D×D for a mean of D is needed")
        _require_finite("mean", mean)
        _require_finite("covariance", covariance)
    trace = sum(float(covariance.trace()) for covariance in covariances)
    # (Σ₁Σ₂)^½ has the trace of the singular values of L₁ᵀL₂ for any Σ = LLᵀ. They are found to rounding error,
    # where eigenvalues of Σ₁Σ₂ are only found to its square root.
    first, second = (_factor(covariance) for covariance in covariances)
    overlap = float(torch.linalg.svdvals(first.T @ second).sum())
    distance = float((means[0] - means[1]).square().sum()) + trace - 2 * overlap
    return max(distance, 0.0)


def _factor(covariance: Tensor) -> Tensor:
    """L of D×rank with Σ = LLᵀ; raises GanworksError when Σ has a negative eigenvalue."""
    lower: Tensor
    lower, failed = torch.linalg.cholesky_ex(covariance)
    if not failed:
        return lower
    values: Tensor
    vectors: Tensor
    values, vectors = torch.linalg.eigh(covariance)
    noise = len(values) * torch.finfo(torch.float64).eps * float(values.abs().max())
    if float(values[0]) < -1e-6 * float(values.abs().max()):
        raise GanworksError(f"a covariance has the negative eigenvalue {float(values[0]):.3g}: it is none")
    kept = values > noise
    return vectors[:, kept] * values[kept].sqrt()


def _require_same_size(first: Tensor, second: Tensor) -> None:
    if first.ndim != 1 or first.shape != second.shape:
        shapes = f"{tuple(first.shape)} and {tuple(second.shape)}"
        raise GanworksError(f"the two sets have means of shape {shapes}: use the same extractor for both")


def _require_finite(what: str, values: Tensor) -> None:
    if not bool(torch.isfinite(values).all()):
        broken = int((~torch.isfinite(values)).sum())
        raise GanworksError(f"{broken} values of the {what} are NaN or infinite: no distance can be computed")
