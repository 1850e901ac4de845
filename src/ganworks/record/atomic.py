"""Files that are whole or absent: written beside their place, flushed to disk, then renamed."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ganworks.errors import GanworksError


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file and move it to `path`; on failure nothing is left and nothing replaced."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise GanworksError(f"cannot write {path}: {error.strerror or error}; nothing was replaced") from error
    finally:
        with suppress(OSError):  # where a folder is missing there is nothing to remove, and the first error to tell
            temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Replace the text file at `path` in one move."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Replace the file at `path` in one move."""

    def write(temporary: Path) -> None:
        temporary.write_bytes(data)

    write_atomically(path, write)
