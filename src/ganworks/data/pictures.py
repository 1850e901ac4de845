"""Picture files decoded once, in parallel, into the cache."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, TypeVar

import numpy as np

from ganworks.config import DataSettings
from ganworks.data import store
from ganworks.data.arrays import shaping
from ganworks.data.cache import built_once
from ganworks.data.content import digest_of
from ganworks.data.geometry import chosen_target
from ganworks.data.image import Look, decode, look, pillow_guarded, reason
from ganworks.data.labelling import Labelled, labelled
from ganworks.data.listing import Listing
from ganworks.data.progress import bar
from ganworks.data.samples import Broken, Samples
from ganworks.errors import GanworksError

_AT_ONCE = 512  # files handed to the threads together, so that an interrupt is heard soon
Result = TypeVar("Result")


def picture_samples(listing: Listing, name: str, settings: DataSettings, progress: bool) -> Samples:
    """Samples of the pictures of a folder or archive; ones that cannot be read are skipped and named.

    Raises GanworksError when there are none, or a larger share than `settings.broken` is broken.
    """
    if not listing.openers:
        raise GanworksError(f"{listing.where} holds no images: expected files such as .png, .jpg or .webp in it")
    chosen = labelled(list(listing.openers), listing.labels_csv, settings.split, listing.where)
    facts = listing.digest(chosen.names), chosen.labels, chosen.classes, shaping(settings)
    digest = digest_of("pictures", store.FORMAT, *facts)

    def build(empty: Path) -> None:
        _decode_all(empty, listing, chosen, settings, progress)

    samples = store.load(built_once(store.store_folder(digest), build, store.is_whole), name, digest)
    _refuse_many_broken(samples.broken, len(chosen.names), settings.broken, listing.where)
    skipped = {file.name for file in samples.broken}
    return replace(samples, names=tuple(name for name in chosen.names if name not in skipped))


def _decode_all(folder: Path, listing: Listing, chosen: Labelled, settings: DataSettings, progress: bool) -> None:
    names = chosen.names
    looks: dict[int, Look] = {}
    broken: dict[int, Broken] = {}
    with pillow_guarded(), bar(f"decoding {Path(listing.where).name}", 2 * len(names), progress) as advance:
        for i, seen in _each(len(names), lambda i: _attempt(listing, names[i], look)):
            if isinstance(seen, Broken):
                broken[i] = seen
            else:
                looks[i] = seen
            advance(i)
        rows = list(looks)
        if not rows:
            _refuse_many_broken(tuple(broken.values()), len(names), 0.0, listing.where)
        target, notes = chosen_target(list(looks.values()), settings)
        values = store.new_values(folder, (len(rows), target.channels, target.height, target.width))

        def fill(row: int) -> Broken | None:
            pixels = _attempt(listing, names[rows[row]], lambda file: decode(file, target))
            if isinstance(pixels, Broken):
                return pixels
            values[row] = pixels
            return None

        kept: list[int] = []
        for row, failure in _each(len(rows), fill):
            if failure is not None:
                broken[rows[row]] = failure
            else:
                if len(kept) < row:  # closes the gaps that broken files left
                    values[len(kept)] = values[row]
                kept.append(rows[row])
            advance(len(names) + row)
    named = tuple(broken[i] for i in sorted(broken))
    if not kept:
        _refuse_many_broken(named, len(names), 0.0, listing.where)
    labels = None if chosen.labels is None else np.asarray([chosen.labels[i] for i in kept], np.int64)
    shape = (len(kept), target.channels, target.height, target.width)
    sizes = np.array([(looks[i].height, looks[i].width) for i in kept], np.int64)
    store.finish(folder, store.About(shape, chosen.classes, named, notes), labels, sizes)


def _attempt(listing: Listing, name: str, read: Callable[[BinaryIO], Result]) -> Result | Broken:
    try:
        with listing.openers[name]() as file:
            return read(file)
    except Exception as error:  # decoders raise anything at all for damaged files
        return Broken(name, reason(error))


def _each(count: int, work: Callable[[int], Result]) -> Iterator[tuple[int, Result]]:
    """(i, work(i)) in order, computed by a few threads: Pillow decodes without Python's lock."""
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        for first in range(0, count, _AT_ONCE):
            some = range(first, min(first + _AT_ONCE, count))
            yield from zip(some, pool.map(work, some), strict=True)


def _refuse_many_broken(broken: tuple[Broken, ...], count: int, allowed: float, where: str) -> None:
    share = len(broken) / count
    if share > allowed:
        listed = ", ".join(f"{file.name} ({file.reason})" for file in broken[:3])
        more = f" and {len(broken) - 3} more" if len(broken) > 3 else ""
        raise GanworksError(
            f"{len(broken)} of {count} images in {where} cannot be read ({share:.1%}, allowed {allowed:.1%}):"
            f" {listed}{more}; repair or remove them, or raise data.broken"
        )
