"""What is translated beside what it becomes: a second source, half of every picture, or made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt

from ganworks.data import store
from ganworks.data.cache import built_once
from ganworks.data.content import digest_of
from ganworks.data.given import Given, Rows
from ganworks.data.inputs.made import made_input
from ganworks.data.labelling import without_shared_folders
from ganworks.data.samples import Samples, some
from ganworks.errors import GanworksError, UsageError

IMAGE = "image"
"""The name of what is translated."""
_AT_ONCE = 256
_NAMED = 3

Pixels = npt.NDArray[np.uint8]


def handed(samples: Samples, image: Given, digest: str, **more: Given) -> Samples:
    """The samples with `image` as what is translated, and what more there is by name."""
    given = {**samples.given, IMAGE: image, **more}
    shapes = tuple((name, one.table.shape[1:]) for name, one in given.items())
    alone = tuple(name for name, one in given.items() if not one.paired)
    return replace(samples, spec=replace(samples.spec, given=shapes, unpaired=alone), given=given, digest=digest)


def unpaired(samples: Samples, other: Samples) -> Samples:
    """Samples with pictures of another domain, which come in an order of their own."""
    image = Given(require_pictures(other).values, paired=False)
    return handed(require_pictures(samples), image, digest_of(samples.digest, other.digest, "unpaired"))


def parted(samples: Samples) -> Samples:
    """Pairs as two domains, of which each comes in an order of its own."""
    return handed(samples, replace(samples.given[IMAGE], paired=False), digest_of(samples.digest, "unpaired"))


def paired(samples: Samples, other: Samples, lenient: bool) -> Samples:
    """Samples each with the picture of the other source whose file has the same name, whatever its suffix.

    Sources without file names go by position. Raises GanworksError listing what has no partner, unless `lenient`,
    which leaves that out and says so.
    """
    require_pictures(samples), require_pictures(other)
    digest = digest_of(samples.digest, other.digest, "paired")
    if not (samples.names and other.names):
        if len(samples) != len(other):
            raise GanworksError(
                f"{samples.name} has {len(samples)} samples and {other.name} {len(other)}: pairs need as many of both"
            )
        return handed(samples, Given(other.values), digest)
    mine, theirs = by_stem(samples), by_stem(other)
    both = [stem for stem in mine if stem in theirs]
    if not both:
        raise GanworksError(
            f"no picture of {samples.name} has the name of one of {other.name}: pairs go by file name (cyclegan needs"
            " none, with --data.paired false)"
        )
    skipped = {*broken_stems(samples), *broken_stems(other)}
    alone = [(stem, other.name) for stem in mine if stem not in theirs and stem not in skipped]
    alone += [(stem, samples.name) for stem in theirs if stem not in mine and stem not in skipped]
    told = ", ".join(f"{stem!r} is not in {where}" for stem, where in alone[:_NAMED])
    told += f" and {len(alone) - _NAMED} more" if len(alone) > _NAMED else ""
    if alone and not lenient:
        raise GanworksError(f"{len(alone)} pictures have no partner: {told}; rename or remove them")
    left_out = len(mine) + len(theirs) - 2 * len(both)
    notes = (*samples.notes, *([f"{left_out} pictures have no partner and are left out"] if left_out else []))
    rows, others = (np.array([table[stem] for stem in both]) for table in (mine, theirs))
    require_same_shapes(samples, other, rows, others)
    image = Given(other.values, others)
    if len(both) < len(samples):
        samples = some(samples, rows)
    return handed(replace(samples, notes=notes), image, digest)


def require_same_shapes(samples: Samples, other: Samples, rows: Rows, others: Rows) -> None:
    """Raises GanworksError where the pictures of a pair had different shapes: cut to one, they would not fit.

    Nor may one be enlarged by more than the others, as pictures are that were cut differently.
    """
    if samples.sizes is None or other.sizes is None:
        return
    mine, theirs = samples.sizes[rows], other.sizes[others]
    skewed = np.abs(mine[:, 0] * theirs[:, 1] - mine[:, 1] * theirs[:, 0]) > mine.max(1) + theirs.max(1)
    usual = np.median(mine[:, 0] / theirs[:, 0])
    scaled = np.abs(mine[:, 0] - usual * theirs[:, 0]) > 1 + usual
    if len(apart := (skewed | scaled).nonzero()[0]):
        told = [
            f"{samples.names[rows[pair]]!r}, {mine[pair, 0]}×{mine[pair, 1]} in {samples.name} and"
            f" {theirs[pair, 0]}×{theirs[pair, 1]} in {other.name}"
            for pair in apart[:_NAMED]
        ]
        more = f" and {len(apart) - _NAMED} more" if len(apart) > _NAMED else ""
        raise GanworksError(f"{len(apart)} pairs are of different sizes: {'; '.join(told)}{more}: cut them alike")


def broken_stems(samples: Samples) -> set[str]:
    """The names without suffix of pictures that could not be read and were skipped."""
    names = without_shared_folders([*samples.names, *(broken.name for broken in samples.broken)])
    return {str(PurePosixPath(name).with_suffix("")) for name in names[len(samples.names) :]}


def by_stem(samples: Samples) -> dict[str, int]:
    """The row of each picture by its name without suffix; raises GanworksError for two of one name."""
    found: dict[str, int] = {}
    for row, short in enumerate(without_shared_folders(samples.names)):
        stem = str(PurePosixPath(short).with_suffix(""))
        if stem in found:
            raise GanworksError(
                f"{samples.name} holds {samples.names[found[stem]]!r} and {samples.names[row]!r}: which?"
            )
        found[stem] = row
    return found


def halved(samples: Samples, side: str) -> Samples:
    """Pictures that hold input and output side by side, cut in two; `side` is that of the input."""
    _, height, width = require_pictures(samples).spec.shape
    if width % 2 or width <= height:
        raise GanworksError(
            f"{samples.name} has pictures of {height}×{width}, which hold no two side by side: set data.resolution to"
            " the height of one, and data.width to its width where that differs"
        )
    left, right = (
        derived(samples, f"columns {columns.start} to {columns.stop}", partial(cut, columns=columns))
        for columns in (slice(0, width // 2), slice(width // 2, width))
    )
    given, kept = (left, right) if side == "left" else (right, left)
    whole = replace(samples, spec=replace(samples.spec, shape=kept.shape[1:]), values=kept)
    return handed(whole, Given(given), digest_of(samples.digest, "halved", side))


def cut(pictures: Pixels, rows: Rows, columns: slice) -> Pixels:
    """Some columns of N×C×H×W pictures."""
    return pictures[..., columns]


def with_made_input(samples: Samples, written: str, seed: int = 0) -> Samples:
    """Samples each with an input made of it, such as ``edges``."""
    make = made_input(written)
    require_pictures(samples)
    made = derived(samples, f"input {make} {seed}", lambda pictures, rows: make(pictures, seed, rows))
    return handed(samples, Given(made), digest_of(samples.digest, str(make), seed))


def derived(samples: Samples, what: str, make: Callable[[Pixels, Rows], Pixels]) -> Pixels:
    """What is made of pictures, computed once into the cache."""
    pictures: Pixels = samples.values.astype(np.uint8, copy=False)
    shape = (len(samples), *make(pictures[:1], np.arange(1)).shape[1:])

    def build(empty: Path) -> None:
        values = store.new_values(empty, shape)
        for begin in range(0, len(samples), _AT_ONCE):
            rows = np.arange(begin, min(begin + _AT_ONCE, len(samples)))
            values[rows] = make(np.ascontiguousarray(pictures[rows]), rows)
        store.finish(empty, store.About(shape, ()), None)

    digest = digest_of("derived", store.FORMAT, samples.digest, what)
    folder = built_once(store.store_folder(digest), build, store.is_whole)
    return store.load(folder, what, digest).values.view(np.uint8)


def require_pictures(samples: Samples) -> Samples:
    """The samples; raises UsageError unless they are pictures."""
    if not samples.spec.is_image:
        raise UsageError(f"data.input translates pictures, and {samples.name} holds points")
    return samples
