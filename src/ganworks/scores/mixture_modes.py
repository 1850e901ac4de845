"""What a generator makes of a mixture whose modes are known: which it found, how evenly, how wide.

The protocol of PacGAN (Lin et al. 2018, arXiv:1712.04086) and VEEGAN (Srivastava et al. 2017, arXiv:1705.07761), and
the width of every mode, since a share of good samples rewards a generator that shrinks the modes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, isfinite, nan

import torch
from torch import Tensor

from ganworks.data.mixture import Mixture
from ganworks.errors import GanworksError
from ganworks.scores.features import Array, as_double
from ganworks.scores.score import Evidence, Score, Values

RADIUS = 3.0
# What cutting a Gaussian of the plane off at 3σ leaves of its samples, and of its variance.
HIGH_QUALITY_CEILING = 1 - exp(-(RADIUS**2) / 2)
_VARIANCE_LEFT = 1 - RADIUS**2 / 2 * exp(-(RADIUS**2) / 2) / HIGH_QUALITY_CEILING
_FEWEST = 10


@dataclass(frozen=True)
class MixtureModes:
    """Counts and distances over samples; a sample is of high quality within 3σ (a disk) of its nearest mode.

    Args:
        captured: modes with at least one sample of high quality.
        covered: modes with at least half of their fair share, of high quality: stricter, and less a matter of luck.
        high_quality: share of samples of high quality; a perfect sampler reaches 0.98889, a shrunken one 1.
        reverse_kl: KL(histogram of high-quality samples ‖ uniform) in nats: about (K − 1)/2n for a perfect sampler,
            at least log(K/m) when m modes are captured, infinite without any sample of high quality.
        total_variation: between the shares of modes and of low-quality samples, and (1/K, …, 1/K, 0).
        eigenvalue_ratios: K×2, ascending: eigenvalues of the covariance of each mode's high-quality samples over
            those of the mixture cut off at 3σ; 1 when the width is right, 0 for a point or, the smaller, for a line.
            NaN for modes of fewer than 10 samples.
    """

    captured: int
    covered: int
    high_quality: float
    reverse_kl: float
    total_variation: float
    eigenvalue_ratios: Tensor

    @property
    def narrowest(self) -> float:
        """The median over modes of the smaller eigenvalue ratio; NaN when no mode has 10 samples."""
        return float(self.eigenvalue_ratios[:, 0].nanmedian())


def mixture_modes(points: Array, mixture: Mixture) -> MixtureModes:
    """How well N×2 points, N ≥ the number of modes, follow the mixture; raises GanworksError for other points."""
    modes = torch.as_tensor(mixture.modes, dtype=torch.float64)
    points = as_double(points)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < len(modes):
        raise GanworksError(f"points have shape {tuple(points.shape)}: N×2 with N ≥ {len(modes)}, the modes, is needed")
    if not bool(points.isfinite().all()):
        raise GanworksError("some points are NaN or infinite: no modes can be counted")
    distance, nearest = torch.cdist(points, modes).min(1)
    good = distance < RADIUS * mixture.std
    counts = torch.bincount(nearest[good], minlength=len(modes))
    shares = counts.double() / len(points)
    low = 1 - float(shares.sum())
    return MixtureModes(
        captured=int((counts > 0).sum()),
        covered=int((shares >= 0.5 / len(modes)).sum()),
        high_quality=1 - low,
        reverse_kl=_kl_from_uniform(counts),
        total_variation=(float((shares - 1 / len(modes)).abs().sum()) + low) / 2,
        eigenvalue_ratios=torch.stack(
            [_eigenvalue_ratios(points[good & (nearest == mode)], mixture.std) for mode in range(len(modes))]
        ),
    )


def _kl_from_uniform(counts: Tensor) -> float:
    total = int(counts.sum())
    if not total:
        return inf
    shares = counts.double() / total
    return float(torch.xlogy(shares, shares * len(counts)).sum())


def _eigenvalue_ratios(points: Tensor, std: float) -> Tensor:
    if len(points) < _FEWEST:
        return torch.full((2,), nan, dtype=torch.float64)
    values: Tensor = torch.linalg.eigvalsh(torch.cov(points.T))
    return values.clamp(min=0) / (std**2 * _VARIANCE_LEFT)


def _compute(generated: Evidence, real: Evidence) -> Values:
    return _values(generated.samples, real)


def _without_each(groups: Sequence[tuple[Evidence, Evidence]]) -> list[Values]:
    points = [generated.samples for generated, _ in groups]
    return [_values(torch.cat(points[:n] + points[n + 1 :]), real) for n, (_, real) in enumerate(groups)]


def _values(points: Tensor, real: Evidence) -> Values:
    if real.mixture is None:
        raise GanworksError("the real samples are of no known mixture: its modes cannot be counted")
    found = mixture_modes(points, real.mixture)
    values = {
        "captured": float(found.captured),
        "covered": float(found.covered),
        "high_quality": found.high_quality,
        "reverse_kl": found.reverse_kl,
        "mode_tv": found.total_variation,
        "narrowest": found.narrowest,
    }
    return {name: value for name, value in values.items() if isfinite(value)}


score = Score(
    summary="modes found and modes with half their fair share; share within 3σ of one; how unevenly; how narrow",
    paper="Lin et al. 2018, arXiv:1712.04086",
    better={
        "captured": "higher",
        "covered": "higher",
        "high_quality": "near floor",
        "reverse_kl": "lower",
        "mode_tv": "lower",
        "narrowest": "near 1",
    },
    compute=_compute,
    needs=("mixture",),
    without_each=_without_each,
)
