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
from ganworks.data.jitter import jittered, jittered_keypoints, margin
from ganworks.data.mirror import mirrored, mirrored_keypoints, require_sides
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
    (seed, position), and `jitter` enlarges them by so many pixels and crops them back; pictures and keypoints that are
    paired with them are moved alike.
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
    jitter = jitter if samples.spec.is_image else 0
    if mirror or jitter:
        require_movable(samples, mirror)
    gathered = _gather(samples, order, spans, mirror, jitter)
    return prefetched(gathered) if share * samples.values[0].nbytes >= PREFETCH_BYTES else gathered


def require_movable(samples: Samples, mirror: bool) -> None:
    """Raises UsageError where something that is paired with the pictures could not be moved with them."""
    for name, given in samples.given.items():
        if given.is_keypoints and mirror:
            require_sides(name, given.table.shape[1])
        elif given.table.dtype.kind == "f" and given.paired and not given.is_keypoints:
            raise UsageError(f"data.mirror and data.jitter move pictures but not their {name}: leave them out")


def _gather(
    samples: Samples, order: Order, spans: Iterator[tuple[int, int]], mirror: bool, jitter: int
) -> Iterator[Batch]:
    shape = samples.spec.shape
    columns = [Column("", Given(samples.values), order, shape)] + [
        Column(name, given, order if given.paired else own_order(name, given, order.seed), shape)
        for name, given in samples.given.items()
    ]
    heights = [column.shape[1] for column in columns if column.given.is_image]
    steps = margin(jitter, samples.spec.shape[1], min(heights)) if jitter else 0
    for first, last in spans:
        found = {}
        for column in columns:
            values = column.rows(first, last)
            if column.moves and mirror:
                values = column.mirrored(values, first, last)
            if column.moves and steps:
                values = column.jittered(values, first, last, steps, min(heights))
            found[column.name] = values
        labels = None if samples.labels is None else torch.from_numpy(samples.labels[order.indices(first, last)])
        yield Batch(found.pop(""), labels, found)


def own_order(name: str, given: Given, seed: int) -> Order:
    """Of rows that belong to no samples."""
    return Order(len(given.table), stream_seed(seed, f"order of {name}"))


class Column:
    """A table, the order in which its rows come, and the shape of the samples that it is handed with."""

    def __init__(self, name: str, given: Given, order: Order, sample: tuple[int, ...]) -> None:
        self.name, self.given, self.order = name, given, order
        self.shape = given.table.shape[1:]
        self.moves = given.is_image or given.is_keypoints
        self.size = (self.shape if given.is_image else sample)[1:]
        self.flat = np.asarray(given.table).reshape(len(given.table), -1)

    def rows(self, first: int, last: int) -> Tensor:
        """What is at the positions [first, last)."""
        draws = self.order.choices(first, last) if self.given.is_drawn else None
        indices = self.given.of(self.order.indices(first, last), draws)
        return torch.from_numpy(self.flat.take(indices, axis=0)).view(-1, *self.shape)

    def mirrored(self, values: Tensor, first: int, last: int) -> Tensor:
        """What is at the positions [first, last), about half of it as in a mirror."""
        flipped = self.order.mirrored(first, last)
        if self.given.is_image:
            return mirrored(values, flipped)
        return mirrored_keypoints(values, flipped, self.size[1])

    def jittered(self, values: Tensor, first: int, last: int, steps: int, smallest: int) -> Tensor:
        """What is at the positions [first, last), in crops beside which the smallest pictures have so many rows."""
        places, scale = self.order.places(first, last), self.size[0] // smallest
        if self.given.is_image:
            return jittered(values, places, steps, scale)
        return jittered_keypoints(values, places, steps, scale, *self.size)


def to_unit_range(values: Tensor) -> Tensor:
    """uint8 in [0, 255] as floats (the default dtype) in [-1, 1]; other numbers are returned unchanged."""
    if values.dtype != torch.uint8:
        return values
    return values.to(torch.get_default_dtype()).div_(127.5).sub_(1)


def to_uint8(images: Tensor) -> Tensor:
    """Floats in [-1, 1] as uint8 in [0, 255], rounded and clamped: the exact inverse of `to_unit_range`."""
    return images.float().add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8)
