"""Whether a generator copies its training samples: the distances of generated samples to the training set, against
those of samples that were held out.

`copied` is the share of generated samples that lie as near to one training sample, compared with the second nearest,
as hardly any held-out sample does. C_T (Meehan et al. 2020, arXiv:2004.05675) compares the distances themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.features import Array
from ganworks.scores.k_means import nearest_centre
from ganworks.scores.score import Evidence, Score, Values
from ganworks.scores.training_set import LEAST, TrainingSet


def memorisation(
    generated: Array, train: Array, held_out: Array | None = None, significance: float = 0.01, seed: int = 0
) -> tuple[float, float]:
    """The share of generated samples that are copies, and C_T, from N×D, M×D and L×D features.

    `copied` is about `significance` for an honest generator and 1 for one that copies; C_T is about 0 for honest
    samples, ≪ 0 for copies (−3 is already unlikely) and ≫ 0 for samples unlike the data. Without held-out samples each
    training sample takes their part against all the others. Raises GanworksError for features that are not finite,
    sizes that differ, fewer than 20 samples, and a significance that is no chance.
    """
    training = TrainingSet(train, held_out)
    return copying(generated, training.nearest(generated), training, significance, seed)


def copying(
    generated: Array, near: Tensor, training: TrainingSet, significance: float = 0.01, seed: int = 0
) -> tuple[float, float]:
    """`memorisation` of N×D features whose N×2 distances to the training samples are known."""
    if not 0 < significance < 1:
        raise GanworksError(f"significance={significance}: a chance between 0 and 1, such as 0.01, is needed")
    threshold = torch.quantile(_ratio(training.usual), significance)
    copied = float((_ratio(near) <= threshold).double().mean())
    return copied, _three_sample(training.placed(generated), near[:, 0], training, seed)


def _ratio(distances: Tensor) -> Tensor:
    """Nearest over second nearest, 0 for a copy, also of a sample that the training set holds twice."""
    return distances[:, 0] / distances[:, 1].clamp(min=torch.finfo(torch.float64).tiny)


def _three_sample(fake: Tensor, near: Tensor, training: TrainingSet, seed: int) -> float:
    """C_T (section 4.2): the Mann–Whitney z of distances in each cell of the training set, weighted by its share.

    The distance of all samples at once where no cell has enough of both: a collapsed generator may fill a rare one.
    """
    usual = training.usual[:, 0]
    centres, of_unseen = training.cells(max(1, min(10, min(len(fake), len(usual)) // (10 * LEAST))), seed)
    of_fake = nearest_centre(fake, centres)
    total = weights = 0.0
    for cell in range(len(centres)):
        ours, theirs = near[of_fake == cell], usual[of_unseen == cell]
        if min(len(ours), len(theirs)) >= LEAST:
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
    if generated.training is None:
        return _named(memorisation(generated.features, real.features))
    return _named(copying(generated.features, generated.to_training, generated.training))


def _without_each(groups: Sequence[tuple[Evidence, Evidence]]) -> list[Values]:
    """All groups look at the same training set, as all samples together do."""
    training = groups[0][0].training or TrainingSet(torch.cat([real.features for _, real in groups]))
    features = [made.features for made, _ in groups]
    near = [made.to_training if made.training else training.nearest(made.features) for made, _ in groups]

    def without(rows: list[Tensor], n: int) -> Tensor:
        return torch.cat(rows[:n] + rows[n + 1 :])

    return [_named(copying(without(features, n), without(near, n), training)) for n in range(len(groups))]


def _named(found: tuple[float, float]) -> Values:
    return dict(zip(("copied", "c_t"), found, strict=True))


score = Score(
    summary="share of samples that are copies of real ones (0.01 by chance), and C_T: ≪ 0 copies, ≫ 0 unlike the data",
    paper="Meehan et al. 2020, arXiv:2004.05675",
    better={"copied": "lower", "c_t": "near 0"},
    compute=_compute,
    needs=("training set",),
    without_each=_without_each,
)
