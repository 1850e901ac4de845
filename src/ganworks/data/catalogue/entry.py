"""What the catalogue says of a data set."""

from __future__ import annotations

from dataclasses import dataclass

from ganworks.data.catalogue.packages import Package, Source


@dataclass(frozen=True)
class Entry:
    """A data set by name; `samples` and `shape` are those of its train split as it opens by default.

    `sources` are tried in order; none means that it needs no fetching. `person` is a regular expression whose group is
    who is shown, in the names of its files.
    """

    name: str
    about: str
    samples: int
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    splits: tuple[str, ...]
    licence: str
    sources: tuple[Source, ...] = ()
    resolution: int | None = None
    person: str | None = None

    @property
    def megabytes(self) -> float:
        """What is downloaded from the first source."""
        files = self.sources[0].files if self.sources else ()
        return sum(file.megabytes for file in files if isinstance(file, Package))
