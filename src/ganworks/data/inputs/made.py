"""Made inputs by what users write: ``edges``, ``downsample:4``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ganworks.errors import GanworksError, UsageError
from ganworks.lookup import build, checked, module

PACKAGE, GIVEN = "ganworks.data.inputs", ("pictures", "seed", "indices")
Pixels = npt.NDArray[np.uint8]
_CHUNK = 1 << 18  # values worked on at once: bounds the memory and stays in the cache


@dataclass(frozen=True)
class MadeInput:
    """What makes inputs of pictures: its name and all its settings; made by `made_input`."""

    name: str
    settings: dict[str, Any]

    def __call__(self, pictures: Pixels, seed: int = 0, indices: npt.NDArray[np.int64] | None = None) -> Pixels:
        """Inputs uint8 N×C'×H'×W' of uint8 N×C×H×W pictures, of which the data calls row i `indices[i]` (by default i).

        Row i depends on its picture, the seed and its index alone. Raises UsageError for pictures that it cannot be
        made of.
        """
        if pictures.dtype != np.uint8 or pictures.ndim != 4:
            raise GanworksError(f"input {self}: {pictures.dtype} pictures {pictures.shape} must be uint8 N×C×H×W")
        rows = np.arange(len(pictures)) if indices is None else indices
        make = module("made input", PACKAGE, self.name, "make").make
        step = max(1, _CHUNK // max(1, int(np.prod(pictures.shape[1:]))))
        made = [
            build(
                make, {"pictures": pictures[i : i + step], "seed": seed, "indices": rows[i : i + step]}, self.settings
            )
            for i in range(0, max(1, len(pictures)), step)
        ]
        return made[0] if len(made) == 1 else np.concatenate(made)

    def shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """C'×H'×W' of the inputs of pictures C×H×W; raises UsageError for a shape that they cannot be made of."""
        return self(np.zeros((1, *shape), np.uint8)).shape[1:]

    def __str__(self) -> str:
        return ":".join([self.name, *map(str, self.settings.values())])


def made_input(written: str) -> MadeInput:
    """The made input written as ``name`` or ``name:value``; raises UsageError for a name or value that is none."""
    name, *values = written.split(":")
    make = module("made input", PACKAGE, name, "make").make
    name = name.lower().replace("_", "-")
    settings = checked("made input", name, make, GIVEN, {})
    if len(values) > len(settings):
        takes = ", ".join(settings) or "no settings"
        raise UsageError(f"made input {written!r}: {name} takes {takes}: write {':'.join([name, *settings])}")
    given = dict(zip(settings, values, strict=False))
    return MadeInput(name, checked("made input", name, make, GIVEN, given))
