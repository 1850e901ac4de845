"""The infinite, stateless stream of batches that training reads."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ganworks.data.dataset import load_batches
from ganworks.data.order import Order
from ganworks.data.prefetch import prefetched
from ganworks.data.samples import DatasetSamples, Samples
from ganworks.errors import GanworksError

# Below this size gathering a batch costs less than handing it from one thread to another.
PREFETCH_BYTES = 1 << 19


class Batch(NamedTuple):
    """Values as stored (uint8 N×C×H×W in [0, 255], or float N×D), and int64 labels N where there are any."""

    values: Tensor
    labels: Tensor | None


def batches(
    samples: Samples | DatasetSamples,
    batch_size: int,
    seed: int,
    *,
    start: int = 0,
    rank: int = 0,
    world: int = 1,
    mirror: bool = False,
    workers: int = 0,
) -> Iterator[Batch]:
    """Batches without end, on the CPU, from global batch `start` on.

    Global batch b is the positions [b·B, (b+1)·B) of the stream of epochs that `order.Order` defines; rank r
    of `world` gets the r-th equal share of its rows. `mirror` flips half of the images left to right, chosen by
    (seed, position). `workers` processes load a torch Dataset; other samples need none.

    Raises GanworksError when there are fewer samples than a batch, or `world` does not divide the batch.
    """
    if len(samples) < batch_size:
        raise GanworksError(
            f"{samples.name} has {len(samples)} samples, fewer than one batch of {batch_size}:"
            f" give --batch-size {len(samples)} or less, or add data"
        )
    if batch_size % world:
        raise GanworksError(f"a batch of {batch_size} cannot be shared by {world} devices: change --batch-size")
    share = batch_size // world
    spans = ((b * batch_size + rank * share, b * batch_size + (rank + 1) * share) for b in count(start))
    order = Order(len(samples), seed)
    mirror = mirror and samples.spec.is_image
    if isinstance(samples, DatasetSamples):
        loaded = load_batches(samples, order, spans, seed=seed, mirror=mirror, workers=workers)
        return (Batch(values, labels) for values, labels in loaded)
    gathered = _gather(samples, order, spans, share, mirror)
    return prefetched(gathered) if share * samples.values[0].nbytes >= PREFETCH_BYTES else gathered


def _gather(
    samples: Samples, order: Order, spans: Iterator[tuple[int, int]], rows: int, mirror: bool
) -> Iterator[Batch]:
    table = np.asarray(samples.values).reshape(len(samples), -1)
    labels = samples.labels
    dtype = torch.from_numpy(table[:0].copy()).dtype
    for first, last in spans:
        indices = order.indices(first, last)
        values = torch.empty((rows, *samples.spec.shape), dtype=dtype)
        # mode="clip" only spares numpy a buffered copy: every index is in range.
        np.take(table, indices, axis=0, out=values.view(rows, -1).numpy(), mode="clip")
        if mirror:
            flipped, pixels = order.mirrored(first, last).nonzero()[0], values.numpy()
            pixels[flipped] = pixels[flipped, ..., ::-1]
        yield Batch(values, None if labels is None else torch.from_numpy(labels[indices]))


def to_unit_range(values: Tensor) -> Tensor:
    """uint8 in [0, 255] as floats (the default dtype) in [-1, 1]; floats are returned unchanged."""
    if values.is_floating_point():
        return values
    return values.to(torch.get_default_dtype()).div_(127.5).sub_(1)


def to_uint8(images: Tensor) -> Tensor:
    """Floats in [-1, 1] as uint8 in [0, 255], rounded and clamped: the exact inverse of `to_unit_range`."""
    return images.float().add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8)
