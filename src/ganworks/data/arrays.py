"""Arrays of images or points, from files or given from Python, as samples."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from ganworks.config import DataSettings
from ganworks.data import store
from ganworks.data.cache import built_once
from ganworks.data.content import content_digest, digest_of
from ganworks.data.geometry import CHANNELS, chosen_size, holds_two
from ganworks.data.image import Target, made_to_fit, to_array
from ganworks.data.layout import Layout, chunks, extremes, in_eight_bits, recognise
from ganworks.data.progress import bar
from ganworks.data.samples import Samples
from ganworks.data.spec import Spec
from ganworks.data.standard import moments, too_coarse
from ganworks.errors import GanworksError

Array = npt.NDArray[Any]


def array_samples(values: Array, labels: Array | None, name: str, settings: DataSettings) -> Samples:
    """Samples of an array in memory; uint8 N×C×H×W of the wanted size is used as it is, without a copy."""
    _refuse_empty(values, name)
    numbers, classes = label_indices(labels, len(values), name)
    digest = digest_of(shaping(settings), _memory_digest(values), _memory_digest(numbers), classes)
    if _is_points(values):
        return _points(values, numbers, classes, name, digest)
    target, layout, notes = _plan(values, name, settings)
    pixels = np.empty((len(values), target.channels, target.height, target.width), np.uint8)
    if values.dtype == np.uint8 and values.shape == pixels.shape:
        pixels = np.ascontiguousarray(values)
    else:
        _convert(values, layout, target, pixels, lambda done: None)
    return Samples(name, Spec(pixels.shape[1:], classes), pixels, numbers, (), digest, notes)


def array_file_samples(
    files: list[Path],
    read: Callable[[], tuple[Array, Array | None]],
    name: str,
    settings: DataSettings,
    progress: bool,
) -> Samples:
    """Samples of arrays in files: images are decoded once into the cache, points are read each time."""
    facts = content_digest(files, files[0].parent), settings.split, shaping(settings)
    digest = digest_of("array", store.FORMAT, *facts)
    folder = store.store_folder(digest)
    if store.is_whole(folder):
        return store.load(folder, name, digest)
    values, labels = read()
    _refuse_empty(values, name)
    numbers, classes = label_indices(labels, len(values), name)
    if _is_points(values):
        return _points(values, numbers, classes, name, digest)
    target, layout, notes = _plan(values, name, settings)
    shape = (len(values), target.channels, target.height, target.width)

    def build(empty: Path) -> None:
        pixels = store.new_values(empty, shape)
        with bar(f"decoding {name}", len(values), progress) as advance:
            _convert(values, layout, target, pixels, advance)
        store.finish(empty, store.About(shape, classes, notes=notes), numbers)

    return store.load(built_once(folder, build, store.is_whole), name, digest)


def label_indices(labels: Array | None, count: int, name: str) -> tuple[npt.NDArray[np.int64] | None, tuple[str, ...]]:
    """Labels as indices (int64 N) into the names of the classes, which are the sorted values that occur.

    Accepts numbers or strings, N or N×1, and one-hot N×K.
    """
    if labels is None:
        return None, ()
    if labels.ndim == 2 and labels.shape[1] > 1 and labels.dtype.kind in "buif" and (labels.sum(axis=1) == 1).all():
        return labels.argmax(axis=1).astype(np.int64), tuple(map(str, range(labels.shape[1])))
    flat = labels.reshape(len(labels), -1)
    whole = flat.dtype.kind in "buiUS" or (flat.dtype.kind == "f" and (flat == np.floor(flat)).all())
    if len(flat) != count or flat.shape[1] != 1 or not whole:
        shape = "×".join(map(str, labels.shape))
        raise GanworksError(f"{name} has labels of {labels.dtype} {shape} for {count} samples: give one class each")
    values, indices = np.unique(flat[:, 0], return_inverse=True)
    names = tuple(f"{value:g}" if flat.dtype.kind == "f" else _text(value) for value in values)
    return indices.reshape(-1).astype(np.int64), names


def shaping(settings: DataSettings) -> list[Any]:
    """The settings that change decoded pixels, as plain data for a digest."""
    shape = [settings.resolution, settings.width, settings.channels, settings.fit, settings.alpha]
    return [*shape, "two"] if holds_two(settings) else shape


def _text(value: Any) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def _refuse_empty(values: Array, name: str) -> None:
    if values.size == 0:
        shape = "×".join(map(str, values.shape))
        raise GanworksError(f"{name} holds 0 samples, as an array of {shape}: give images or points")


def _is_points(values: Array) -> bool:
    return values.ndim == 2 and values.dtype.kind == "f"


def _points(
    values: Array, labels: npt.NDArray[np.int64] | None, classes: tuple[str, ...], name: str, digest: str
) -> Samples:
    if not all(np.isfinite(extremes(values))):
        raise GanworksError(f"{name} holds NaN or infinite values: remove those points")
    points = np.ascontiguousarray(values, np.float32)
    if coarse := too_coarse(values, points):
        raise GanworksError(
            f"{name}: single precision has hardly a hundred values for the spread of"
            f" column{'s' * (len(coarse) > 1)} {', '.join(map(str, coarse))}, so far from 0: subtract the mean first"
        )
    return Samples(name, Spec((values.shape[1],), classes, **moments(points)), points, labels, (), digest)


def _plan(values: Array, name: str, settings: DataSettings) -> tuple[Target, Layout, tuple[str, ...]]:
    layout = recognise(values, name)
    height, width = chosen_size([(layout.height, layout.width)], settings)
    channels = layout.channels if settings.channels == "auto" else CHANNELS[settings.channels]
    if channels != layout.channels and layout.channels not in CHANNELS.values():
        raise GanworksError(
            f"{name} has {layout.channels} channels, which cannot become {settings.channels}: leave data.channels auto"
        )
    notes = []
    if values.dtype != np.uint8:
        notes.append(f"{values.dtype} values are taken to fill [{layout.low:g}, {layout.high:g}]")
    if layout.channel_axis is not None and values.shape[1] == values.shape[3]:
        notes.append("the axes are taken as N×C×H×W")
    return Target(channels, height, width, settings.fit, holds_two(settings)), layout, tuple(notes)


def _convert(
    values: Array,
    layout: Layout,
    target: Target,
    out: npt.NDArray[np.uint8],
    advance: Callable[[float], None],
) -> None:
    same = (layout.channels, layout.height, layout.width) == (target.channels, target.height, target.width)
    for first, chunk in chunks(values):
        pixels = in_eight_bits(chunk, layout)
        if same:
            out[first : first + len(pixels)] = pixels
        else:
            for row, image in enumerate(pixels, start=first):
                out[row] = _resized(image, target)
        advance(first + len(pixels))


def _resized(image: npt.NDArray[np.uint8], target: Target) -> npt.NDArray[np.uint8]:
    if len(image) in CHANNELS.values():
        rows = image[0] if len(image) == 1 else np.ascontiguousarray(image.transpose(1, 2, 0))
        return to_array(Image.fromarray(rows), target)
    return np.stack([made_to_fit(Image.fromarray(plane), target) for plane in image])


def _memory_digest(array: Array | None) -> str:
    if array is None:
        return ""
    hashed = hashlib.sha256(f"{array.dtype} {array.shape}".encode())
    for _, chunk in chunks(array):
        hashed.update(np.ascontiguousarray(chunk).data)
    return hashed.hexdigest()
