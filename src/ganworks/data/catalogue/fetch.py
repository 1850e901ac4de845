"""Fetching a named data set into the user's cache, from the first of its sources that answers."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ganworks.data.cache import built_once, cache_folder
from ganworks.data.catalogue.clients import UnavailableError, download
from ganworks.data.catalogue.entries import ENTRIES
from ganworks.data.catalogue.entry import Entry
from ganworks.data.catalogue.layouts import LAYOUTS
from ganworks.data.catalogue.packages import Source
from ganworks.data.content import digest_of
from ganworks.errors import GanworksError, UsageError, unknown

EMBEDDED = {"fashion-10k": Path(__file__).parents[1] / "embedded"}
# Raise it when a layout changes, so that folders arranged the old way are not used.
_LAYOUT_VERSION = 3
_DONE = ".complete"


def catalogue_names() -> tuple[str, ...]:
    return tuple(ENTRIES)


def describe(name: str) -> Entry:
    """The catalogue's entry. Raises UsageError for a name it does not have."""
    if name not in ENTRIES:
        raise unknown("data set", name, ENTRIES)
    return ENTRIES[name]


def fetch(name: str, progress: bool = True) -> Path:
    """The folder of the set's files, downloaded unless it is there already.

    Raises UsageError for an unknown or computed set; GanworksError that says what was tried when no source
    answers.
    """
    entry = describe(name)
    if name in EMBEDDED:
        return EMBEDDED[name]
    if not entry.sources:
        raise UsageError(f"{name} is made on the spot: there is nothing to fetch, use it as --data {name}")
    pins = [[file.sha256 for file in source.files] for source in entry.sources]
    folder = cache_folder() / "sets" / f"{name}-{digest_of(_LAYOUT_VERSION, pins)[:12]}"
    return built_once(folder, lambda empty: _fill(empty, entry, progress), lambda built: (built / _DONE).is_file())


def _fill(folder: Path, entry: Entry, progress: bool) -> None:
    failures = []
    for source in entry.sources:
        try:
            _fill_from(folder, source, progress)
            (folder / _DONE).touch()
            return
        except UnavailableError as error:
            failures.append(f"{source.label} ({error})")
    raise GanworksError(
        f"cannot fetch {entry.name}: tried {', then '.join(failures)};"
        f" check the network and the client, or use fashion-10k, which needs neither"
    )


def _fill_from(folder: Path, source: Source, progress: bool) -> None:
    if source.made_of:
        LAYOUTS[source.layout]([fetch(name, progress) for name in source.made_of], folder)
        return
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.download-") as work:
        files = []
        for number, file in enumerate(source.files):
            room = Path(work) / str(number)
            room.mkdir()
            files.append(download(file, room, progress))
        LAYOUTS[source.layout](files, folder)
