"""What is asked of an extractor, and a user's own one held to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor

from ganworks.errors import GanworksError


class Checked:
    """A user's own extractor, whose every failure is an error of one line.

    Args:
        path: that leads to it, for errors.
        own: what has `.name` and `.features`, and `.probabilities`, `.classes_of` and `.resize` where it likes.

    Raises GanworksError where it has no name.
    """

    def __init__(self, path: str, own: Any) -> None:
        name = getattr(own, "name", None)
        if not isinstance(name, str) or not name:
            raise GanworksError(
                f"extractor {path} has .features but no .name: give it a text that tells its weights and version,"
                " since scores of two extractors are not comparable"
            )
        self.name = name
        for method in ("probabilities", "classes_of"):
            if hasattr(own, method):
                setattr(self, method, partial(self._rows, getattr(own, method), "class probabilities"))
        if hasattr(own, "resize"):
            self.resize = str(own.resize)
        self._describe = own.features

    def features(self, images: Tensor) -> Tensor:
        """N×D floats on the CPU; raises GanworksError for anything else, and for what the user's code raises."""
        return self._rows(self._describe, "features", images)

    def _rows(self, method: Callable[[Tensor], object], what: str, given: Tensor) -> Tensor:
        with users_code(self.name, given), torch.no_grad():
            rows = method(given)
        return require_rows(self.name, rows, len(given), what)


@contextmanager
def users_code(name: str, given: Tensor | None = None) -> Iterator[None]:
    """Turns what a user's code raises into a GanworksError; memory that runs out is not its fault."""
    try:
        yield
    except (GanworksError, MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as error:  # which can be any
        where = "cannot be made" if given is None else f"fails on images {tuple(given.shape)}"
        raise GanworksError(f"{name} {where}: {str(error) or type(error).__name__}") from error


def require_rows(name: str, rows: object, count: int, what: str = "features") -> Tensor:
    """The rows N×D (or N×D×1×1) that an extractor gives for `count` images, as floats N×D on the CPU.

    Raises GanworksError unless they are a tensor of that shape with N = `count`, and finite.
    """
    if not isinstance(rows, Tensor):
        raise GanworksError(f"{name} gives {what} of type {type(rows).__name__}: a torch.Tensor N×D is needed")
    if rows.ndim < 2 or len(rows) != count or not rows.shape[1] or rows[0].numel() != rows.shape[1]:
        raise GanworksError(f"{name} gives {what} {tuple(rows.shape)} for {count} images: they must be {count}×D")
    rows = rows.detach().flatten(1).cpu()
    if not rows.is_floating_point():
        rows = rows.float()
    if not bool(torch.isfinite(rows).all()):
        raise GanworksError(f"{name} gives {what} that are NaN or infinite: check its weights and the range it expects")
    return rows
