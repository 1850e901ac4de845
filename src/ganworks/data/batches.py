"""The infinite, stateless stream of batches that training reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ganworks.data.dataset import load_batches
from ganworks.data.given import Given
from ganworks.data.jitter import jittered, margin
from ganworks.data.order import Order
from ganworks.data.prefetch import prefetched
from ganworks.data.samples import DatasetSamples, Samples
from ganworks.errors import GanworksError, UsageError
from ganworks.randomness import stream_seed

# Below this size gathering a batch costs less than handing it from one thread to another.
PREFETCH_BYTES = 1 << 19
NOTHING: Mapping[str, Tensor] = MappingProxyType({})


class Batch(NamedTuple):
    """Values as stored (uint8 N×C×H×W in [0, 255], or float N×D), int64 labels N where there are any, and what is
    given with every sample by name."""

    values: Tensor
    labels: Tensor | None
    given: Mapping[str, Tensor] = NOTHING


def batches(
    samples: Samples | DatasetSamples,
    batch_size: int,
    seed: int,
    *,
    start: int = 0,
    rank: int = 0,
    world: int = 1,
    mirror: bool = False,
    jitter: int = 0,
    workers: int = 0,
) -> Iterator[Batch]:
    """Batches without end, on the CPU, from global batch `start` on.

    Global batch b is the positions [b·B, (b+1)·B) of the stream of epochs that `order.Order` defines; rank r
    of `world` gets the r-th equal share of its rows. `mirror` flips half of the images left to right, chosen by
    (seed, position), and `jitter` enlarges them by so many pixels and crops them back; what is paired is moved alike.
    `workers` processes load a torch Dataset; other samples need none.

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
        if jitter:
            raise UsageError("data.jitter needs images in files or arrays: let your torch Dataset crop its items")
        loaded = load_batches(samples, order, spans, seed=seed, mirror=mirror, workers=workers)
        return (Batch(values, labels) for values, labels in loaded)
    moved = [name for name, given in samples.given.items() if given.table.dtype.kind == "f" and given.paired]
    if moved and (mirror or jitter):
        raise UsageError(f"data.mirror and data.jitter move pictures but not their {moved[0]}: leave them out")
    gathered = _gather(samples, order, spans, mirror, jitter)
    return prefetched(gathered) if share * samples.values[0].nbytes >= PREFETCH_BYTES else gathered


def _gather(
    samples: Samples, order: Order, spans: Iterator[tuple[int, int]], mirror: bool, jitter: int
) -> Iterator[Batch]:
    columns = [Column("", Given(samples.values), order)] + [
        Column(
            name, given, order if given.paired else Order(len(given.table), stream_seed(order.seed, f"order of {name}"))
        )
        for name, given in samples.given.items()
    ]
    heights = [column.shape[1] for column in columns if column.given.is_image]
    steps = margin(jitter, samples.spec.shape[1], min(heights)) if jitter else 0
    for first, last in spans:
        found = {}
        for column in columns:
            values = column.rows(first, last)
            if column.given.is_image and mirror:
                flipped, pixels = column.order.mirrored(first, last).nonzero()[0], values.numpy()
                pixels[flipped] = pixels[flipped, ..., ::-1]
            if column.given.is_image and steps:
                places = column.order.places(first, last)
                values = jittered(values, places, steps, column.shape[1] // min(heights))
            found[column.name] = values
        labels = None if samples.labels is None else torch.from_numpy(samples.labels[order.indices(first, last)])
        yield Batch(found.pop(""), labels, found)


class Column:
    """A table and the order in which its rows come."""

    def __init__(self, name: str, given: Given, order: Order) -> None:
        self.name, self.given, self.order = name, given, order
        self.shape = given.table.shape[1:]
        self.flat = np.asarray(given.table).reshape(len(given.table), -1)
        self.dtype = torch.from_numpy(self.flat[:0].copy()).dtype

    def rows(self, first: int, last: int) -> Tensor:
        """What is at the positions [first, last)."""
        values = torch.empty((last - first, *self.shape), dtype=self.dtype)
        draws = self.order.choices(first, last) if self.given.is_drawn else None
        indices = self.given.of(self.order.indices(first, last), draws)
        # mode="clip" only spares numpy a buffered copy: every index is in range.
        np.take(self.flat, indices, axis=0, out=values.view(last - first, -1).numpy(), mode="clip")
        return values


def to_unit_range(values: Tensor) -> Tensor:
    """uint8 in [0, 255] as floats (the default dtype) in [-1, 1]; other numbers are returned unchanged."""
    if values.dtype != torch.uint8:
        return values
    return values.to(torch.get_default_dtype()).div_(127.5).sub_(1)


def to_uint8(images: Tensor) -> Tensor:
    """Floats in [-1, 1] as uint8 in [0, 255], rounded and clamped: the exact inverse of `to_unit_range`."""
    return images.float().add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8)
