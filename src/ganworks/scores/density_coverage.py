"""Density and coverage (Naeem et al. 2020, arXiv:2002.09797): how many real neighbourhoods a generated sample lies in,
and how many real samples have a generated one in their neighbourhood.

A neighbourhood is the ball to the k-th nearest other real sample, edge excluded (<), as in the authors' prdc package;
so a set of distinct samples, no two of them equally far from a third, has density 1 against itself.
"""

from __future__ import annotations

from math import prod

import torch

from ganworks.errors import GanworksError
from ganworks.scores.features import Array, as_pair
from ganworks.scores.neighbours import centred, distance_blocks, require_neighbours, squared_radii
from ganworks.scores.score import Evidence, Score, Values


def density_coverage(generated: Array, real: Array, k: int = 5) -> tuple[float, float]:
    """Density ≥ 0 (1 is expected of the same distribution) and coverage in [0, 1] of N×D generated, M×D real features.

    Eqs. 3 and 4. Raises GanworksError for features that are not finite, sizes that differ, k real samples or fewer,
    and real samples each of which has k copies.
    """
    (fake, true), rounding = centred(*as_pair(generated, real))
    radii = squared_radii(true, k) - rounding
    if not bool((radii > 0).any()):
        raise GanworksError(
            f"no real sample differs from its {k} nearest others, so that none has a neighbourhood:"
            " give distinct samples, or another extractor"
        )
    within, covered = 0, torch.zeros(len(true), dtype=torch.bool)
    for where, block in distance_blocks(true, fake):
        inside = block < radii[where, None]
        within += int(inside.sum())
        covered[where] = inside.any(1)
    return within / (k * len(fake)), float(covered.double().mean())


def expected_coverage(generated: int, real: int, k: int = 5) -> float:
    """The coverage expected of so many samples of the real distribution itself: 1 − Π_{i<k} (M−1−i)/(N+M−1−i).

    It is the chance that the k nearest of the other samples are not all real (section 3.2 of the paper for N = M).
    """
    require_neighbours(k, real - 1)
    return 1 - prod((real - 1 - i) / (generated + real - 1 - i) for i in range(k))


def _compute(generated: Evidence, real: Evidence) -> Values:
    density, coverage = density_coverage(generated.features, real.features)
    return {"density": density, "coverage": coverage}


score = Score(
    summary="real neighbourhoods around a generated sample (1: as dense as real), and the share of them reached",
    paper="Naeem et al. 2020, arXiv:2002.09797",
    better={"density": "near 1", "coverage": "higher"},
    compute=_compute,
)
