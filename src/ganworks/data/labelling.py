"""Splits and labels of picture files, read from their names or from a labels.csv."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ganworks.data.tables import entries_of, path_of
from ganworks.errors import GanworksError

LABELS_FILE = "labels.csv"
_SPLITS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "val": "val",
    "valid": "val",
    "validation": "val",
}


@dataclass(frozen=True)
class Labelled:
    """Names of files with the index of each one's class; no labels and no classes where there are none."""

    names: tuple[str, ...]
    labels: tuple[int, ...] | None
    classes: tuple[str, ...]


def labelled(names: Sequence[str], csv_text: str | None, split: str, where: str) -> Labelled:
    """The files of one split with their labels.

    Names are paths with `/`, relative to the source. Folders that all files share are ignored. First-level
    folders named train and test (and val) are splits. The labels of a labels.csv win; else, when every file lies
    in one of at least two first-level folders, their names are the classes. Classes are those of all splits, so
    that a label means the same in each. Raises GanworksError for a missing split or label.
    """
    inner = dict(zip(names, without_shared_folders(names), strict=True))
    tops = {PurePosixPath(short).parts[0] if "/" in short else "" for short in inner.values()}
    if "train" in {_SPLITS.get(top.lower()) for top in tops} and all(top.lower() in _SPLITS for top in tops):
        parts = {name: short.split("/", 1) for name, short in inner.items()}
        inner = {name: short for name, (_, short) in parts.items()}
        chosen = [name for name in names if split in ("all", _SPLITS[parts[name][0].lower()])]
        if not chosen:
            raise GanworksError(f"{where} has no {split} split: set data.split to train or all")
    elif split == "test":
        raise GanworksError(f"{where} has no test split: set data.split to train or all")
    else:
        chosen = list(names)
    if csv_text is not None:
        given = _from_csv([(name, inner[name]) for name in chosen], csv_text, where)
        classes = _in_order(set(given))
    else:
        folders = {name: short.split("/")[0] if "/" in short else None for name, short in inner.items()}
        classes = _in_order({folder for folder in folders.values() if folder is not None})
        if len(classes) < 2 or None in folders.values():
            return Labelled(tuple(chosen), None, ())
        given = [folders[name] or "" for name in chosen]
    index = {name: number for number, name in enumerate(classes)}
    return Labelled(tuple(chosen), tuple(index[name] for name in given), classes)


def without_shared_folders(names: Sequence[str]) -> list[str]:
    shared = 0
    parts = [PurePosixPath(name).parts for name in names]
    while parts and all(len(part) > shared + 1 and part[shared] == parts[0][shared] for part in parts):
        shared += 1
    return ["/".join(part[shared:]) for part in parts]


def _from_csv(names: Sequence[tuple[str, str]], text: str, where: str) -> list[str]:
    rows = entries_of(text, f"{where}/{LABELS_FILE}")
    if bad := next((row for row in rows if len(row) < 2 or not row[1].strip()), None):
        raise GanworksError(f"{where}/{LABELS_FILE} has the row {','.join(bad)!r}: expected filename,label")
    table = {path_of(row[0]): row[1].strip() for row in rows}
    files = Counter(PurePosixPath(name).name for name, _ in names)
    found = []
    for name, short in names:
        file = PurePosixPath(name).name
        found.append(table.get(name) or table.get(short) or (table.get(file) if files[file] == 1 else None))
    missing = [name for (name, _), label in zip(names, found, strict=True) if label is None]
    if missing:
        raise GanworksError(
            f"{where}/{LABELS_FILE} has no label for {len(missing)} of {len(names)} images, first {missing[0]!r}:"
            f" add rows or remove those files"
        )
    return [label for label in found if label is not None]


def _in_order(names: set[str]) -> tuple[str, ...]:
    """Sorted with numbers inside names as numbers: s2 before s10."""
    return tuple(
        sorted(
            names,
            key=lambda name: [(not p.isdigit(), int(p) if p.isdigit() else 0, p) for p in re.split(r"(\d+)", name)],
        )
    )
