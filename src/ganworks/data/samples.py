"""Samples that are decoded and ready to be indexed."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ganworks.data.given import Given, Rows
from ganworks.data.mixture import Mixture
from ganworks.data.spec import Spec
from ganworks.errors import GanworksError


@dataclass(frozen=True)
class Broken:
    """A file that was skipped: its name inside the source, and why."""

    name: str
    reason: str


@dataclass(frozen=True, eq=False)
class Samples:
    """Every sample of one split of one source.

    Args:
        name: catalogue name, or the name of the folder or file.
        spec: shape of one sample and the names of its labels.
        values: uint8 N×C×H×W in [0, 255] for images (memory-mapped when it comes from files), float32 N×D for points.
        labels: int64 N in [0, len(spec.classes)), or None.
        broken: the files that were skipped.
        digest: sha256 (hex) of the content and of the settings that shaped it.
        notes: what was decided for the user and should be said, one line each.
        mixture: what the samples were drawn from, where that is known exactly.
        given: what a translator is handed with every sample, by name.
        names: of the pictures' files, where they come from files, as paths with `/` inside the source.
        sizes: int64 N×2, the height and width that these had.
    """

    name: str
    spec: Spec
    values: npt.NDArray[np.uint8] | npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64] | None
    broken: tuple[Broken, ...]
    digest: str
    notes: tuple[str, ...] = ()
    mixture: Mixture | None = None
    given: Mapping[str, Given] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    sizes: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.values)


def some(samples: Samples, rows: Rows) -> Samples:
    """Some of the samples, in this order, with what is paired with them."""
    return replace(
        samples,
        values=samples.values[rows],
        labels=None if samples.labels is None else samples.labels[rows],
        given={name: given.part(rows) if given.paired else given for name, given in samples.given.items()},
        names=tuple(samples.names[row] for row in rows) if samples.names else (),
        sizes=None if samples.sizes is None else samples.sizes[rows],
    )


class SizedDataset(Sized, Protocol):
    """What is needed of a torch Dataset: a length and items."""

    def __getitem__(self, index: int, /) -> Any: ...


@dataclass(frozen=True, eq=False)
class DatasetSamples:
    """A torch Dataset whose items are read (and may be augmented anew) each time they are asked for.

    Args:
        name: the Dataset's class name.
        spec: shape of one sample and the names of its labels.
        dataset: the user's Dataset.
        low, high: the range of float items, as found in a few of them; uint8 items are kept as they are.
        fit: how a PIL item of another aspect ratio is made to fit.
        digest: sha256 (hex) of the Dataset's name, length and spec; the content of its items is not part of it.
    """

    name: str
    spec: Spec
    dataset: SizedDataset
    low: float
    high: float
    fit: str
    digest: str
    broken: tuple[Broken, ...] = ()
    notes: tuple[str, ...] = ()
    mixture: None = None
    given: Mapping[str, Given] = field(default_factory=dict, init=False)

    def __len__(self) -> int:
        return len(self.dataset)


def require_labels(samples: Samples | DatasetSamples, recipe: str) -> None:
    """Raises a GanworksError unless the samples carry labels, which the named recipe needs."""
    if not samples.spec.classes:
        raise GanworksError(
            f"{samples.name} has no labels and recipe {recipe!r} needs them: sort the images into one sub-folder"
            f" per class, add a labels.csv (filename,label), or choose a recipe without labels"
        )
