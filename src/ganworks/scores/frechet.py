"""Fréchet distance between Gaussians fitted to features (Dowson & Landau 1982; FID of Heusel et al. 2017,
arXiv:1706.08500): |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import add

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.features import LARGEST, Array, as_double, as_features, as_pair, require_finite
from ganworks.scores.score import Evidence, Score, Values

_ROUNDING = 1e-6  # of its size: what a covariance may lack of being one; float32 is enough
_PRECISION = 1e-7  # of tr Σ₁ + tr Σ₂: what the faster way may be wrong by, at worst


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
        rows = as_features(features)
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
    means = [as_double(mean) for mean in (mean1, mean2)]
    covariances = [as_double(cov) for cov in (cov1, cov2)]
    _require_same_size(*means)
    for mean, covariance in zip(means, covariances, strict=True):
        if covariance.shape != (len(mean), len(mean)):
            shapes = f"{tuple(covariance.shape)} for a mean of {len(mean)}"
            raise GanworksError(f"a covariance has shape {shapes}: D×D for a mean of D is needed")
        require_finite("mean", mean, LARGEST)
        require_finite("covariance", covariance, LARGEST**2)
        _require_covariance(covariance)
    trace = sum(float(covariance.trace()) for covariance in covariances)
    return _distance(means[0] - means[1], trace, _overlap(covariances[0], covariances[1], trace))


def frechet_distance_of(features1: Array, features2: Array) -> float:
    """The Fréchet distance between Gaussians fitted to N×D and M×D features; fast for N and M well below D too.

    Raises GanworksError for features that are not finite, sizes that differ, and single samples.
    """
    rows = as_pair(features1, features2, least=2)
    if max(map(len, rows)) >= rows[0].shape[1]:
        return FeatureStatistics.of(rows[0]).distance(FeatureStatistics.of(rows[1]))
    means = [features.mean(0) for features in rows]
    # Σ = XᵀX for centred rows X, so that (Σ₁Σ₂)^½ has the trace of the singular values of the N×M matrix XYᵀ.
    first, second = ((rows[i] - means[i]) / (len(rows[i]) - 1) ** 0.5 for i in range(2))
    trace = float(first.square().sum() + second.square().sum())
    return _distance(means[0] - means[1], trace, float(torch.linalg.svdvals(first @ second.T).sum()))


def distances_without_each(groups: Sequence[tuple[Evidence, Evidence]]) -> list[float]:
    """The distance of all (generated, real) pairs but the first, but the second, …; at least two pairs.

    Their statistics are merged instead of taken anew.
    """
    sides = [[FeatureStatistics.of(one.features) for one in side] for side in zip(*groups, strict=True)]
    generated, real = (merged_without_each(side) for side in sides)
    return [mine.distance(theirs) for mine, theirs in zip(generated, real, strict=True)]


def merged_without_each(groups: Sequence[FeatureStatistics]) -> list[FeatureStatistics]:
    """The statistics of all groups but the first, but the second, …; at least two groups."""
    before = list(accumulate(groups[:-1], add))
    after = list(accumulate(reversed(groups[1:]), lambda later, group: group + later))[::-1]
    return [after[0], *map(add, before, after[1:]), before[-1]]


def _distance(shift: Tensor, trace: float, overlap: float) -> float:
    return max(float(shift.square().sum()) + trace - 2 * overlap, 0.0)


def _overlap(cov1: Tensor, cov2: Tensor, trace: float) -> float:
    """tr (Σ₁Σ₂)^½, from the eigenvalues of LᵀΣ₂L, which are those of Σ₁Σ₂ for Σ₁ = LLᵀ."""
    alive = cov1.any(0) & cov2.any(0)
    if not bool(alive.all()):  # a feature that is constant in either set has no part in it, and is no reason to be slow
        cov1, cov2 = cov1[alive][:, alive], cov2[alive][:, alive]
    first, singular = torch.linalg.cholesky_ex(cov1)
    if singular:
        cov1, cov2 = cov2, cov1
        first = _factor(cov1)
    values: Tensor = torch.linalg.eigvalsh(first.T @ (cov2 @ first))
    scale = float(cov1.norm() * cov2.norm())
    # Rounding moves an eigenvalue by about ε‖Σ₁‖‖Σ₂‖, and so the root of a small one by far more than rounding.
    rounding = 4 * torch.finfo(torch.float64).eps * scale
    roots = values.clamp(min=0).sqrt()
    if rounding and float((rounding / roots.clamp(min=rounding**0.5)).sum()) > _PRECISION / 2 * trace:
        # Singular values of L₁ᵀL₂ are these roots, found to rounding error, in about twice the time.
        return float(torch.linalg.svdvals(first.T @ _factor(cov2)).sum())
    return float(roots.sum())


def _factor(covariance: Tensor) -> Tensor:
    """L of D×rank with Σ = LLᵀ."""
    lower: Tensor
    lower, singular = torch.linalg.cholesky_ex(covariance)
    if not singular:
        return lower
    values: Tensor
    vectors: Tensor
    values, vectors = torch.linalg.eigh(covariance)
    largest = float(values.abs().max())
    kept = values > len(values) * torch.finfo(torch.float64).eps * largest
    return vectors[:, kept] * values[kept].sqrt()


def _require_covariance(covariance: Tensor) -> None:
    """Raises GanworksError unless it is symmetric, without a negative eigenvalue, both up to rounding."""
    largest = float(covariance.abs().max())
    asymmetry = float((covariance - covariance.T).abs().max())
    if asymmetry > _ROUNDING * largest:
        raise GanworksError(f"a covariance is not symmetric, by up to {asymmetry:.3g}: it is none")
    _, negative = torch.linalg.cholesky_ex(
        covariance + torch.eye(len(covariance), dtype=torch.float64) * _ROUNDING * float(covariance.norm())
    )
    if largest and negative:
        raise GanworksError("a covariance has a negative eigenvalue: it is none")


def _require_same_size(first: Tensor, second: Tensor) -> None:
    if first.ndim != 1 or first.shape != second.shape:
        shapes = f"{tuple(first.shape)} and {tuple(second.shape)}"
        raise GanworksError(f"the two sets have means of shape {shapes}: use the same extractor for both")


def _compute(generated: Evidence, real: Evidence) -> Values:
    sizes = [len(evidence.features) for evidence in (generated, real)]
    dimensions = generated.features.shape[1]
    if min(sizes) <= dimensions:
        raise GanworksError(
            f"{min(sizes)} samples do not fill {dimensions} dimensions, so their Fréchet distance says little of"
            f" quality: give more than {dimensions} samples, or use kid"
        )
    return {"frechet": frechet_distance_of(generated.features, real.features)}


score = Score(
    summary="how far the Gaussians fitted to the features are apart (FID, when the extractor is Inception)",
    paper="Heusel et al. 2017, arXiv:1706.08500",
    better={"frechet": "lower"},
    compute=_compute,
    without_each=lambda groups: [{"frechet": distance} for distance in distances_without_each(groups)],
)
