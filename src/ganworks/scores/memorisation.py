"""Whether a generator copies its training samples: the distances of generated samples to the training set, against
those of samples that were held out.

`copied` is the share of generated samples that lie as near to one training sample, compared with the second nearest,
as hardly any held-out sample does. C_T (Meehan et al. 2020, arXiv:2004.05675) compares the distances themselves.
"""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor

from ganworks.scores.features import Array, as_pair
from ganworks.scores.k_means import k_means, nearest_centre
from ganworks.scores.neighbours import nearest
from ganworks.scores.score import Evidence, Score, Values

_LEAST = 20  # of generated and of held-out samples in a cell, for the U statistic to be nearly normal


def memorisation(
    generated: Array, train: Array, held_out: Array | None = None, significance: float = 0.01, seed: int = 0
) -> tuple[float, float]:
    """The share of generated samples that are copies, and C_T, from N×D, M×D and L×D features.

    `copied` is about `significance` for an honest generator and 1 for one that copies; C_T is about 0 for honest
    samples, ≪ 0 for copies (−3 is already unlikely) and ≫ 0 for samples unlike the data. Without held-out samples each
    training sample takes their part against all the others. Raises GanworksError for features that are not finite,
    sizes that differ, and fewer than 20 samples.
    """
    fake, true = as_pair(generated, train, _LEAST)
    fresh = true if held_out is None else as_pair(held_out, train, _LEAST)[0]
    middle = true.mean(0)
    fake, true, fresh = fake - middle, true - middle, fresh - middle
    near, usual = nearest(fake, true, 2), nearest(fresh, true, 2, same=held_out is None)
    threshold = torch.quantile(_ratio(usual), significance)
    copied = float((_ratio(near) <= threshold).double().mean())
    return copied, _three_sample(fake, fresh, true, near[:, 0], usual[:, 0], seed)


def _ratio(distances: Tensor) -> Tensor:
    """Nearest over second nearest, 0 for a copy, also of a sample that the training set holds twice."""
    return distances[:, 0] / distances[:, 1].clamp(min=torch.finfo(torch.float64).tiny)


def _three_sample(fake: Tensor, fresh: Tensor, true: Tensor, near: Tensor, usual: Tensor, seed: int) -> float:
    """C_T (section 4.2): the Mann–Whitney z of distances in each cell of the training set, weighted by its share.

    The distance of all samples at once where no cell has enough of both: a collapsed generator may fill a rare one.
    """
    cells = k_means(true, max(1, min(10, min(len(fake), len(fresh)) // (10 * _LEAST))), seed)
    of_fake, of_fresh = nearest_centre(fake, cells), nearest_centre(fresh, cells)
    total = weights = 0.0
    for cell in range(len(cells)):
        ours, theirs = near[of_fake == cell], usual[of_fresh == cell]
        if min(len(ours), len(theirs)) >= _LEAST:
            total += len(theirs) * mann_whitney(ours, theirs)
            weights += len(theirs)
    return total / weights if weights else mann_whitney(near, usual)


def mann_whitney(first: Tensor, second: Tensor) -> float:
    """The z of Mann & Whitney's U for N and M values: < 0 where the first are smaller, ties counted half."""
    ordered = second.sort().values
    below, up_to = (torch.searchsorted(ordered, first.contiguous(), right=right) for right in (False, True))
    n, m = len(first), len(second)
    greater = float((below + up_to).sum()) / 2
    return (greater - n * m / 2) / sqrt(n * m * (n + m + 1) / 12)


def _compute(generated: Evidence, real: Evidence) -> Values:
    copied, three_sample = memorisation(generated.features, real.features)
    return {"copied": copied, "c_t": three_sample}


score = Score(
    summary="share of samples that are copies of real ones (0.01 by chance), and C_T: ≪ 0 copies, ≫ 0 unlike the data",
    paper="Meehan et al. 2020, arXiv:2004.05675",
    better={"copied": "lower", "c_t": "near 0"},
    compute=_compute,
)
