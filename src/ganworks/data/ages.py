"""Ages of photographed people, read from file names or a table, and cut into classes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np

from ganworks.data.content import digest_of
from ganworks.data.identities import identified
from ganworks.data.samples import Samples
from ganworks.data.tables import FILE_COLUMNS, path_of, rows_of
from ganworks.errors import GanworksError, UsageError

# [age]_[gender]_[race]_[date and time].jpg; three of the published files lack one of the middle numbers.
_UTKFACE = re.compile(r"(\d{1,3})_\d_(?:\d_)?\d{8,}")
_CLASS = re.compile(r"(\d+)(?:-(\d+)|(\+))?")


@dataclass(frozen=True)
class Aged:
    """The age of the person in one picture, in full years, and who it is, where that is known."""

    age: int
    identity: str | None = None


@dataclass(frozen=True)
class AgeClass:
    """Ages from `low` to `high` full years, both included; `high` is None where the class is open."""

    name: str
    low: int
    high: int | None

    def __contains__(self, age: int) -> bool:
        return self.low <= age and (self.high is None or age <= self.high)


def age_classes(option: str) -> tuple[AgeClass, ...]:
    """The classes that an option such as "0-18,19-29,30-39,40-49,50-59,60+" names, youngest first.

    Those are the classes of Antipov et al. 2017, arXiv:1702.01983. Raises UsageError unless they ascend.
    """
    found = []
    for part in (part.strip() for part in option.split(",")):
        if not (match := _CLASS.fullmatch(part)):
            raise UsageError(f"age class {part!r}: write classes like 0-18,19-29,60+ (in years)")
        low = int(match[1])
        found.append(AgeClass(part, low, None if match[3] else int(match[2] or low)))
    for one, next_one in zip(found, [*found[1:], None], strict=True):
        if (one.high is not None and one.high < one.low) or (
            next_one is not None and (one.high is None or next_one.low <= one.high)
        ):
            raise UsageError(f"age classes {option!r} overlap or do not ascend at {one.name}: begin with the youngest")
    return tuple(found)


def classes_of_years(names: Sequence[str]) -> tuple[AgeClass, ...]:
    """What classes of these names hold; nothing where they are no years, as baby and older."""
    return age_classes(",".join(names)) if all(map(_CLASS.fullmatch, names)) else ()


def class_of(age: int, classes: Sequence[AgeClass]) -> int | None:
    """The number of the class that holds an age; None where none does."""
    return next((number for number, one in enumerate(classes) if age in one), None)


def ages_in_names(names: Sequence[str]) -> list[Aged]:
    """The ages in file names of UTKFace, which do not tell who is shown. Raises GanworksError for another name."""
    found = []
    for name in names:
        if not (match := _UTKFACE.match(PurePosixPath(name).name)):
            raise GanworksError(
                f"no age in the file name {name!r}: expected [age]_[gender]_[race]_[date].jpg as in UTKFace,"
                f" or give a table of filename,age"
            )
        found.append(Aged(int(match[1])))
    return found


def ages_in_table(names: Sequence[str], text: str, where: str) -> list[Aged]:
    """The ages, and identities if any, of these files in a CSV with the columns filename,age[,identity].

    Files are found by their path or, where it is unique, by their name alone. A header may order the columns
    otherwise; parts of a year are dropped. Raises GanworksError, which names the table as `where`, for a file
    without a row and for an age that is none.
    """
    rows = rows_of(text, where)
    file, age, identity = 0, 1, 2
    if rows and not {cell.strip().lower() for cell in rows[0]}.isdisjoint(FILE_COLUMNS):
        header = [cell.strip().lower() for cell in rows.pop(0)]
        if "age" not in header:
            raise GanworksError(f"{where} has no column age: expected filename,age or filename,age,identity")
        file = next(number for number, cell in enumerate(header) if cell in FILE_COLUMNS)
        age = header.index("age")
        identity = header.index("identity") if "identity" in header else len(header)
    if bad := next((row for row in rows if len(row) <= max(file, age)), None):
        raise GanworksError(f"{where} has the row {','.join(bad)!r}: expected filename,age or filename,age,identity")
    table = {path_of(row[file]): row for row in rows}
    shared = Counter(PurePosixPath(name).name for name in names)
    found = []
    for name in names:
        short = PurePosixPath(name).name
        row = table.get(name) or (table.get(short) if shared[short] == 1 else None)
        if row is None:
            raise GanworksError(f"{where} has no age for {name!r}: add a row or remove the file")
        who = row[identity].strip() if identity < len(row) else ""
        found.append(Aged(_years(row[age], name, where), who or None))
    return found


def age_labels(names: Sequence[str], aged: Sequence[Aged], classes: Sequence[AgeClass]) -> list[int]:
    """The index of each picture's class. Raises GanworksError that names a picture whose age is in none."""
    labels = []
    for name, person in zip(names, aged, strict=True):
        label = class_of(person.age, classes)
        if label is None:
            known = ",".join(one.name for one in classes)
            raise GanworksError(
                f"{name!r} has the age {person.age}, which no class of {known} holds: widen the classes"
            )
        labels.append(label)
    return labels


def aged(samples: Samples, option: str | None, people: Path | None) -> Samples:
    """Pictures whose labels are the age classes of `option`, with who is shown in each, where that is known.

    Ages and identities are those of the table in the file `people`, or what the names of the pictures tell. Raises
    GanworksError for a picture without an age, or with one that is in no class.
    """
    classes = () if option is None else age_classes(option)
    if people is None:
        found = ages_in_names(samples.names)
    else:
        found = ages_in_table(samples.names, read_table(people), str(people))
    if classes:
        labels = np.array(age_labels(samples.names, found, classes), np.int64)
        spec = replace(samples.spec, classes=tuple(one.name for one in classes))
        samples = replace(samples, spec=spec, labels=labels, digest=digest_of(samples.digest, option, labels.tolist()))
    return identified(samples, [person.identity for person in found])


def read_table(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise GanworksError(f"cannot read {file} ({error.strerror or error}): check the path and its rights") from error
    except UnicodeDecodeError:
        raise GanworksError(f"{file} is not UTF-8 text: save it as UTF-8") from None


def _years(text: str, name: str, where: str) -> int:
    try:
        years = float(text)
    except ValueError:
        years = math.nan
    if not 0 <= years < math.inf:
        raise GanworksError(f"{where} gives {name!r} the age {text.strip()!r}: write years, such as 34")
    return int(years)
