"""Decoded images on disk: raw uint8 values, int64 labels, and about.json that says what they are."""

from __future__ import annotations

import errno
import json
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ganworks.data.cache import cache_folder
from ganworks.data.samples import Broken, Samples
from ganworks.data.spec import Spec

# Part of every digest: raise it when decoding changes, so that older caches are not read.
FORMAT = 2


@dataclass(frozen=True)
class About:
    """What the raw files of one store hold; `shape` is N×C×H×W."""

    shape: tuple[int, int, int, int]
    classes: tuple[str, ...]
    broken: tuple[Broken, ...] = ()
    notes: tuple[str, ...] = ()


def store_folder(digest: str) -> Path:
    return cache_folder() / "decoded" / digest[:40]


def new_values(folder: Path, shape: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    """A writable uint8 array of this shape, backed by the store's file. Raises OSError when there is no room."""
    path, size = folder / "values.u8", math.prod(shape)
    with path.open("wb") as file:
        file.truncate(size)
        # A sparse file would meet a full disk while it is mapped, which kills the process instead of raising.
        if hasattr(os, "posix_fallocate"):
            try:
                os.posix_fallocate(file.fileno(), 0, size)
            except OSError as error:
                if error.errno == errno.ENOSPC:
                    raise
    return np.memmap(path, dtype=np.uint8, mode="r+", shape=shape)


def finish(
    folder: Path,
    about: About,
    labels: npt.NDArray[np.int64] | None,
    sizes: npt.NDArray[np.int64] | None = None,
) -> None:
    """Writes labels, the N×2 sizes that pictures had, and about.json; the values file is cut to N rows."""
    with (folder / "values.u8").open("rb+") as file:
        file.truncate(math.prod(about.shape))
    if labels is not None:
        (folder / "labels.i64").write_bytes(labels.astype("<i8").tobytes())
    if sizes is not None:
        (folder / "sizes.i64").write_bytes(sizes.astype("<i8").tobytes())
    fields = {
        "shape": about.shape,
        "classes": about.classes,
        "broken": [[file.name, file.reason] for file in about.broken],
        "notes": about.notes,
        "labels": labels is not None,
        "sizes": sizes is not None,
    }
    (folder / "about.json").write_text(json.dumps(fields), encoding="utf-8")


def is_whole(folder: Path) -> bool:
    """Whether about.json is there and every file has the size that it calls for."""
    try:
        about = _about(folder)
        values_fit = (folder / "values.u8").stat().st_size == math.prod(about["shape"])
        rows = about["shape"][0]
        labels_fit = not about["labels"] or (folder / "labels.i64").stat().st_size == 8 * rows
        sizes_fit = not about["sizes"] or (folder / "sizes.i64").stat().st_size == 16 * rows
        return values_fit and labels_fit and sizes_fit
    except (OSError, ValueError, KeyError, TypeError):
        return False


def load(folder: Path, name: str, digest: str) -> Samples:
    about = _about(folder)
    shape = tuple(about["shape"])
    labels = np.fromfile(folder / "labels.i64", dtype="<i8").astype(np.int64) if about["labels"] else None
    sizes = np.fromfile(folder / "sizes.i64", dtype="<i8").reshape(-1, 2) if about["sizes"] else None
    return Samples(
        name=name,
        spec=Spec(shape=shape[1:], classes=tuple(about["classes"])),
        values=np.memmap(folder / "values.u8", dtype=np.uint8, mode="r", shape=shape),
        labels=labels,
        broken=tuple(Broken(name, reason) for name, reason in about["broken"]),
        digest=digest,
        notes=tuple(about["notes"]),
        sizes=sizes,
    )


def _about(folder: Path) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    return fields
