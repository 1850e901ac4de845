"""A torch Dataset given from Python, read anew each time it is asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from ganworks.config import DataSettings
from ganworks.data.content import digest_of
from ganworks.data.geometry import CHANNELS, chosen_target
from ganworks.data.image import Look, Target, to_array
from ganworks.data.layout import value_range
from ganworks.data.order import Order
from ganworks.data.samples import DatasetSamples, SizedDataset
from ganworks.data.spec import Spec
from ganworks.data.standard import moments
from ganworks.errors import GanworksError

_PROBED = 64

# Position in the stream, index of the sample, whether it is flipped.
Place = tuple[int, int, bool]


def dataset_samples(dataset: SizedDataset, settings: DataSettings) -> DatasetSamples:
    """Samples of a Dataset whose items are a tensor, ndarray or PIL image, or (item, label).

    Shape and float range come from up to 64 items spread over it; labels from its `classes` or `targets`,
    else from reading every item once. Raises GanworksError when items disagree in shape or channels.
    """
    name = type(dataset).__name__
    if not hasattr(dataset, "__len__"):
        raise GanworksError(f"{name} has no length: give a map-style Dataset with __len__ and __getitem__")
    if not len(dataset):
        raise GanworksError(f"{name} is empty: give a Dataset with items in it")
    probed = np.unique(np.linspace(0, len(dataset) - 1, _PROBED).astype(int)).tolist()
    with _seeded(0):
        items = [dataset[index] for index in probed]
    values = [_parts(item)[0] for item in items]
    shape, notes = _shape(values, name, settings)
    low, high = _float_range(values, name)
    labelled = _parts(items[0])[1] is not None
    classes = _classes(dataset) if labelled else ()
    digest = digest_of(name, len(dataset), shape, classes)
    if len(shape) == 1:
        points = np.stack([np.asarray(value) for value in values])
        if not np.isfinite(points).all():
            raise GanworksError(f"{name} holds NaN or infinite values: remove those points")
        spec = Spec(shape, classes, **moments(points))
    else:
        spec = Spec(shape, classes)
    return DatasetSamples(name, spec, dataset, low, high, settings.fit, digest, notes=notes)


def load_batches(
    samples: DatasetSamples,
    order: Order,
    spans: Iterator[tuple[int, int]],
    *,
    seed: int,
    mirror: bool,
    workers: int,
) -> Iterator[tuple[Tensor, Tensor | None]]:
    """The spans of positions as batches; randomness inside the Dataset is seeded by (seed, position)."""
    places = (_places(order, first, last, mirror) for first, last in spans)
    loader = DataLoader(
        _Placed(samples, seed),
        batch_sampler=places,
        num_workers=workers,
        collate_fn=_collate,
        generator=torch.Generator(),  # else it draws a seed from the caller's
    )
    return iter(loader)


class _Placed(Dataset[tuple[Tensor, int | None]]):
    """The user's Dataset, asked by place in the stream."""

    def __init__(self, samples: DatasetSamples, seed: int) -> None:
        self.samples = samples
        self.seed = seed

    def __getitem__(self, place: Place) -> tuple[Tensor, int | None]:
        position, index, flipped = place
        tensor, label = read_item(self.samples, index, self.seed, position)
        return tensor.flip(-1) if flipped else tensor, label


def read_item(samples: DatasetSamples, index: int, *seed: int) -> tuple[Tensor, int | None]:
    """One item as uint8 in [0, 255] or float in [-1, 1] (C×H×W), or a point, with its label.

    Raises GanworksError when its shape is not that of the others.
    """
    with _seeded(*seed):
        value, label = _parts(samples.dataset[index])
    tensor = _tensor(value, samples)
    if tuple(tensor.shape) != samples.spec.shape:
        found, expected = ("×".join(map(str, shape)) for shape in (tensor.shape, samples.spec.shape))
        raise GanworksError(
            f"item {index} of {samples.name} is {found} where the first ones are {expected}:"
            f" resize and convert them alike in the Dataset"
        )
    return tensor, label


def _places(order: Order, first: int, last: int, mirror: bool) -> list[Place]:
    flips = order.mirrored(first, last).tolist() if mirror else [False] * (last - first)
    return list(zip(range(first, last), order.indices(first, last).tolist(), flips, strict=True))


def _collate(rows: list[tuple[Tensor, int | None]]) -> tuple[Tensor, Tensor | None]:
    values = torch.stack([value for value, _ in rows])
    labels = [label for _, label in rows if label is not None]
    return values, torch.tensor(labels) if labels else None


@contextmanager
def _seeded(*key: int) -> Iterator[None]:
    """Seeds every generator a Dataset may draw from, and gives them back as they were."""
    states = torch.get_rng_state(), np.random.get_state(), random.getstate()
    seed = int(np.random.SeedSequence([part % 2**64 for part in key]).generate_state(1)[0])
    torch.default_generator.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)
    try:
        yield
    finally:
        torch.set_rng_state(states[0])
        np.random.set_state(states[1])
        random.setstate(states[2])


def _parts(item: Any) -> tuple[Any, int | None]:
    if not isinstance(item, tuple | list):
        return item, None
    return item[0], int(item[1]) if len(item) > 1 and item[1] is not None else None


def _shape(values: list[Any], name: str, settings: DataSettings) -> tuple[tuple[int, ...], tuple[str, ...]]:
    if all(isinstance(value, Image.Image) for value in values):
        modes = {value.mode for value in values}
        if len({len(value.getbands()) for value in values}) > 1 and settings.channels == "auto":
            raise GanworksError(f"{name} mixes images of modes {', '.join(sorted(modes))}: set data.channels")
        looks = [Look(v.height, v.width, v.mode in ("1", "L", "LA"), v.has_transparency_data) for v in values]
        target, notes = chosen_target(looks, settings)
        return (target.channels, target.height, target.width), notes
    shapes = {tuple(np.shape(value)) for value in values}
    if len(shapes) > 1 or not shapes or len(next(iter(shapes))) not in (1, 2, 3):
        listed = ", ".join(sorted("×".join(map(str, shape)) or "scalars" for shape in shapes)[:4])
        raise GanworksError(f"{name} has items of shape {listed}: all must be C×H×W (or D) of one size")
    shape = shapes.pop()
    shape = (1, *shape) if len(shape) == 2 else shape
    if isinstance(values[0], np.ndarray) and len(shape) == 3 and shape[2] < shape[0]:
        shape = (shape[2], shape[0], shape[1])
    wanted = settings.resolution, settings.width or settings.resolution
    channels = None if settings.channels == "auto" else CHANNELS[settings.channels]
    if len(shape) == 3 and ((settings.resolution and shape[1:] != wanted) or channels not in (None, shape[0])):
        raise GanworksError(
            f"{name} has items of {'×'.join(map(str, shape))}, not the asked size or channels:"
            f" resize them in the Dataset, or leave data.resolution and data.channels out"
        )
    return shape, ()


def _float_range(values: list[Any], name: str) -> tuple[float, float]:
    arrays = [np.asarray(value) for value in values if not isinstance(value, Image.Image)]
    if not arrays or arrays[0].ndim == 1 or arrays[0].dtype == np.uint8:
        return 0.0, 255.0
    least, most = min(a.min() for a in arrays), max(a.max() for a in arrays)
    return value_range(float(least), float(most), arrays[0].dtype, name)


def _tensor(value: Any, samples: DatasetSamples) -> Tensor:
    """uint8 C×H×W as it is; floats scaled to [-1, 1]; points untouched."""
    if isinstance(value, Image.Image):
        channels, height, width = samples.spec.shape
        return torch.from_numpy(to_array(value, Target(channels, height, width, samples.fit)).copy())
    tensor = value if isinstance(value, Tensor) else torch.from_numpy(np.ascontiguousarray(value))
    if tensor.ndim == 1:
        return tensor.float()
    if tensor.ndim == 2:
        tensor = tensor[None]
    elif isinstance(value, np.ndarray) and tensor.shape[2] < tensor.shape[0]:
        tensor = tensor.permute(2, 0, 1)
    if tensor.dtype == torch.uint8:
        return tensor
    return (tensor.float() - samples.low) * (2 / (samples.high - samples.low)) - 1


def _classes(dataset: SizedDataset) -> tuple[str, ...]:
    if names := getattr(dataset, "classes", None):
        return tuple(map(str, names))
    labels = getattr(dataset, "targets", None)
    if labels is None:
        with _seeded(0):
            labels = [_parts(dataset[index])[1] for index in range(len(dataset))]
    highest = int(np.asarray(labels).max())
    return tuple(map(str, range(highest + 1)))
