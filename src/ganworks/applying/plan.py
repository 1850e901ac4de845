"""Which pictures become which files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from PIL import Image

from ganworks.data.image import look, pillow_guarded, reason
from ganworks.data.listing import list_folder
from ganworks.data.samples import Broken
from ganworks.errors import GanworksError, UsageError

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
"""How pictures are written, by the suffix that theirs had; any others as PNG."""


@dataclass(frozen=True)
class Job:
    """A picture to translate: its name (a path with `/`), its upright size, and where each variant goes."""

    name: str
    open: Callable[[], BinaryIO]
    height: int
    width: int
    outs: tuple[Path, ...]


def planned(
    source: Path, out: Path, variants: int, channels: int, overwrite: bool
) -> tuple[list[Job], tuple[Broken, ...]]:
    """What is to be done for the picture or folder `source`, and the files of it that are no pictures.

    Raises UsageError where something would be written over: pictures to translate in any case, others unless that is
    asked for; GanworksError where there are no pictures.
    """
    openers = pictures_of(source)
    if out.is_file():
        raise UsageError(f"{out} is a file: name a folder")
    if source.is_dir() and source.resolve() in (out.resolve(), *out.resolve().parents):
        inside = "what is" if source.resolve() == out.resolve() else f"in {source}, which is"
        raise UsageError(f"{out} is {inside} to be translated: choose another --out")
    jobs, broken = [], []
    with pillow_guarded():
        for name, opener in openers.items():
            try:
                with opener() as file:
                    seen = look(file)
            except Exception as error:  # decoders raise anything at all for damaged files
                broken.append(Broken(name, reason(error)))
                continue
            place = out / PurePosixPath(name).with_suffix(suffix_for(name, channels == 4 or seen.alpha))
            outs = [place.with_stem(f"{place.stem}-{variant + 1}") for variant in range(variants)]
            jobs.append(Job(name, opener, seen.height, seen.width, tuple(outs) if variants > 1 else (place,)))
    if not jobs:
        if not source.is_dir():
            raise GanworksError(f"{source} cannot be read ({broken[0].reason}): name a picture")
        first = f"{broken[0].name} ({broken[0].reason})"
        raise GanworksError(f"none of {len(broken)} pictures of {source} can be read, first {first}: repair them")
    folder = source if source.is_dir() else source.parent
    refuse_clashes(jobs)
    refuse_writing_over(jobs, [folder / name for name in openers], "is to be translated")
    if not overwrite and (there := [path for job in jobs for path in job.outs if os.path.lexists(path)]):
        those = f"{there[0]} and {len(there) - 1} more exist" if there[1:] else f"{there[0]} exists"
        raise UsageError(f"{those} already: choose another --out, or add --overwrite")
    return jobs, tuple(broken)


def pictures_of(source: Path) -> dict[str, Callable[[], BinaryIO]]:
    """How the picture at `source`, or each of a folder, is opened, by name."""
    if source.is_dir():
        if openers := list_folder(source).openers:
            return openers
        raise GanworksError(f"{source} holds no images: expected files such as .png, .jpg or .webp in it")
    if not source.is_file():
        raise UsageError(f"{source} does not exist: name a picture or a folder of pictures")
    return {source.name: lambda: source.open("rb")}


def suffix_for(name: str, alpha: bool) -> str:
    """The suffix of what becomes of a picture: its own where that can hold it, else .png."""
    suffix = PurePosixPath(name).suffix
    Image.init()
    kind = FORMATS.get(suffix.lower())
    return suffix if kind in Image.SAVE and not (alpha and kind == "JPEG") else ".png"


def refuse_clashes(jobs: list[Job]) -> None:
    """Raises UsageError where two pictures would become one file."""
    owners: dict[Path, str] = {}
    for job in jobs:
        for path in job.outs:
            if path in owners:
                raise UsageError(f"{owners[path]} and {job.name} would both become {path}: rename one of them")
            owners[path] = job.name


def refuse_writing_over(jobs: list[Job], inputs: Iterable[Path], what: str) -> None:
    """Raises UsageError where a picture would become one of the files that are read: `what` these are."""
    read = {path.resolve() for path in inputs}
    for path in (path for job in jobs for path in job.outs):
        if path.resolve() in read:
            raise UsageError(f"{path} {what} and would be written over: choose another --out")
