"""The user's cache folder, and folders in it that are built once, whole or not at all."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from ganworks.errors import GanworksError


def cache_folder() -> Path:
    """Where fetched and decoded data is kept: $GANWORKS_CACHE, else the platform's cache folder."""
    if named := os.environ.get("GANWORKS_CACHE"):
        return Path(named).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~")).expanduser() / "ganworks" / "cache"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/ganworks").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "ganworks"


def built_once(folder: Path, build: Callable[[Path], None], valid: Callable[[Path], bool]) -> Path:
    """The folder, built by `build(empty_folder)` unless a valid one is there.

    Of several processes one builds while the others wait; a build that is cut leaves nothing that counts as
    the folder; an invalid folder is built anew. Raises GanworksError when the cache cannot be written.
    """
    if valid(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(folder.name + ".lock")):
            if not valid(folder):
                _build(folder, build)
    except OSError as error:
        raise GanworksError(
            f"cannot write the cache in {folder.parent} ({error.strerror or error}):"
            f" free some space, or set GANWORKS_CACHE to a folder with room"
        ) from error
    return folder


def _build(folder: Path, build: Callable[[Path], None]) -> None:
    partial_prefix = f".{folder.name}.partial-"
    for left_by_a_kill in folder.parent.glob(partial_prefix + "*"):
        shutil.rmtree(left_by_a_kill, ignore_errors=True)
    partial = Path(tempfile.mkdtemp(prefix=partial_prefix, dir=folder.parent))
    try:
        build(partial)
        for path in partial.rglob("*"):
            if path.is_file():
                _flush_to_disk(path)
        if folder.exists():
            shutil.rmtree(folder)
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _flush_to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
