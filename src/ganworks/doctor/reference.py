"""What real data look like: a few samples, how far they lie apart, and the clusters that they form."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from ganworks.data.batches import Batch, batches, to_unit_range
from ganworks.data.samples import DatasetSamples, Samples, some
from ganworks.data.standard import standardised
from ganworks.doctor.thresholds import FEWEST, TOUCHING, WHOLE
from ganworks.games.round import Round
from ganworks.randomness import generator
from ganworks.scores.evaluation.describing import stored
from ganworks.scores.k_means import k_means, nearest_centre

MOST, HELD_OUT = 2000, 64
COMPARED = 128
"""Fakes of a look that are compared with each other, at most."""
AT_ONCE = 64
"""Samples that are decoded at a time: large images would fill the memory."""
SIDE = 8
BINS = 64


def features(samples: Tensor) -> Tensor:
    """N×D numbers in which samples are compared: points as they are, images averaged over at most 8×8 patches."""
    if samples.dim() == 4:
        height, width = samples.shape[2:]
        samples = adaptive_avg_pool2d(samples.float(), (min(SIDE, height), min(SIDE, width)))
    return samples.float().flatten(1)


def distances(points: Tensor, others: Tensor) -> Tensor:
    """N×M distances by differences: |x|² + |y|² − 2xy loses what tells near duplicates apart."""
    apart: Tensor = torch.cdist(points, others, compute_mode="donot_use_mm_for_euclid_dist")
    return apart


@dataclass(frozen=True)
class Reference:
    """The real side of all signals, on the device of the training.

    Args:
        known: N×D features of training samples.
        apart: mean distance between two of them.
        neighbours: median distance of one to its nearest other.
        duplicates: the distance that one in a hundred, copies aside, has to its nearest other, among as many as fakes
            are compared.
        centres: K×D centres of bins.
        cluster: for each bin the cluster that it belongs to.
        shares: of the data in each cluster.
        held_out: samples that nobody learns from with all that belongs to them, or None.
    """

    known: Tensor
    apart: Tensor
    neighbours: Tensor
    duplicates: Tensor
    centres: Tensor
    cluster: Tensor
    shares: Tensor
    held_out: Round | None


def reference_of(
    samples: Samples | DatasetSamples,
    other: Samples | DatasetSamples | None,
    batch: int,
    device: torch.device | str = "cpu",
) -> Reference:
    """What at most 2,000 samples say; `other`: their held-out split; `batch`: how many fakes are judged at a time."""
    rows = rows_of(samples, MOST)
    known = torch.cat([features(shown(samples, some)) for some in torch.split(rows, AT_ONCE)]).double()
    apart = torch.cdist(known, known)
    count = min(batch, COMPARED)
    few = apart[:count, :count].clone().fill_diagonal_(torch.inf).amin(1)
    nearest = apart.clone().fill_diagonal_(torch.inf).amin(1)
    centres, cluster, shares = clusters(known)
    return Reference(
        known.float().to(device),
        apart.mean().float().to(device),
        nearest.median().float().to(device),
        (few[few > 0].quantile(0.01) if few.any() else few.amax()).float().to(device),
        centres.float().to(device),
        cluster.to(device),
        shares.float().to(device),
        None if other is None else unseen(replace(other, spec=samples.spec), device),
    )


def unseen(samples: Samples | DatasetSamples, device: torch.device | str) -> Round:
    """A few samples that nobody learns from, as a game meets those that it learns from."""
    rows = rows_of(samples, HELD_OUT)
    if isinstance(samples, DatasetSamples):
        batch = Batch(*stored(samples, rows))
    else:
        batch = next(batches(some(samples, rows.numpy()), len(rows), 0))
    return Round(
        standardised(to_unit_range(batch.values), samples.spec).to(device),
        None if batch.labels is None else batch.labels.to(device),
        torch.Generator(),
        len(rows),
        given={name: to_unit_range(values).to(device) for name, values in batch.given.items()},
    )


def rows_of(samples: Samples | DatasetSamples, count: int) -> Tensor:
    """Which samples stand for all, always the same."""
    return torch.randperm(len(samples), generator=generator(0, "doctor"))[:count]


def shown(samples: Samples | DatasetSamples, rows: Tensor) -> Tensor:
    """Samples as the game sees them."""
    return standardised(to_unit_range(stored(samples, rows)[0]), samples.spec)


def clusters(points: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """K×D centres of bins, the cluster of each, and the share of the N×D points in every cluster.

    Bins that touch are one cluster, so that the modes of separate data are counted as such; where the data do not
    come apart, each bin is a cluster of its own.
    """
    distinct = len(torch.unique(points, dim=0))
    count = max(1, min(BINS, distinct, len(points) // FEWEST))
    centres = k_means(points, count)
    belongs = nearest_centre(points, centres)
    sizes = torch.bincount(belongs, minlength=count).double()
    spread = torch.zeros(count, dtype=torch.float64).index_add_(0, belongs, (points - centres[belongs]).square().sum(1))
    radii = (spread / sizes.clamp(min=1)).sqrt()
    touching = torch.cdist(centres, centres) < TOUCHING * (radii[:, None] + radii) / 2
    cluster = connected(touching)
    shares = torch.zeros(int(cluster.max()) + 1, dtype=torch.float64).index_add_(0, cluster, sizes / len(points))
    if float(shares.max()) > WHOLE:
        return centres, torch.arange(count), sizes / len(points)
    return centres, cluster, shares


def connected(touching: Tensor) -> Tensor:
    """The index of the connected component of each node of a K×K adjacency."""
    count = len(touching)
    labels = torch.arange(count)
    while True:
        lowest = torch.where(touching | torch.eye(count, dtype=torch.bool), labels, count).amin(1)
        if torch.equal(lowest, labels):
            numbered: Tensor = torch.unique(labels, return_inverse=True)[1]
            return numbered
        labels = lowest
