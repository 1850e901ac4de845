"""The picture files of a folder or a .zip, listed without following anything out of it or round in circles."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ganworks.data.content import content_digest, digest_of
from ganworks.data.image import SUFFIXES
from ganworks.data.labelling import LABELS_FILE
from ganworks.errors import GanworksError

_LARGEST_FILE = 512 << 20
_ZIP_FREE, _ZIP_RATIO = 1 << 30, 100


@dataclass(frozen=True)
class Listing:
    """The pictures of a source by name (a path with `/`), how to open one, and the hash of some of them."""

    where: str
    openers: dict[str, Callable[[], BinaryIO]]
    labels_csv: str | None
    digest: Callable[[Sequence[str]], str]


def list_folder(root: Path) -> Listing:
    """Every picture below the folder; links are followed, each real folder is entered once."""
    files: dict[str, Path] = {}
    entered: set[tuple[int, int]] = set()
    real = [root]
    linked: list[Path] = []
    while real or linked:
        folder = real.pop() if real else linked.pop()
        try:
            identity = folder.stat()
            if (identity.st_dev, identity.st_ino) in entered:
                continue
            entered.add((identity.st_dev, identity.st_ino))
            for entry in sorted(folder.iterdir(), reverse=True):
                if _is_hidden(entry.name):
                    continue
                if entry.is_dir():
                    (linked if entry.is_symlink() else real).append(entry)
                elif entry.suffix.lower() in SUFFIXES:
                    files[_printable(entry.relative_to(root).as_posix())] = entry
        except PermissionError as error:
            raise GanworksError(f"cannot read the folder {folder}: allow it to be read, or move it away") from error
    files = dict(sorted(files.items()))
    table = root / LABELS_FILE

    def digest(names: Sequence[str]) -> str:
        readable = [files[name] for name in names if _is_plain(files[name])]
        return digest_of(list(names), content_digest(readable, root))

    openers = {name: _file_opener(path) for name, path in files.items()}
    return Listing(str(root), openers, _table_text(table.read_bytes(), str(table)) if table.is_file() else None, digest)


def list_zip(path: Path) -> Listing:
    """Every picture in the archive. Raises GanworksError for a damaged one, a bomb, or names that climb out."""
    try:
        archive = zipfile.ZipFile(path)
        members = [info for info in archive.infolist() if not info.is_dir()]
        _refuse_bomb_and_climbers(members, path)
        names = [info for info in members if not any(map(_is_hidden, PurePosixPath(info.filename).parts))]
        tables = [info for info in names if PurePosixPath(info.filename).name == LABELS_FILE]
        table = min(tables, key=lambda info: len(PurePosixPath(info.filename).parts), default=None)
        text = _table_text(archive.read(table), f"{path}/{LABELS_FILE}") if table else None
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise GanworksError(f"cannot read {path} ({error}): make the .zip again") from error
    pictures = {i.filename: i for i in names if PurePosixPath(i.filename).suffix.lower() in SUFFIXES}

    def opener(info: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
        return lambda: io.BytesIO(archive.read(info))

    return Listing(
        str(path),
        {_printable(name): opener(info) for name, info in sorted(pictures.items())},
        text,
        lambda chosen: digest_of(list(chosen), content_digest([path], path.parent)),
    )


def _refuse_bomb_and_climbers(members: list[zipfile.ZipInfo], path: Path) -> None:
    for info in members:
        name = info.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
            raise GanworksError(f"{path} is refused: its member {info.filename!r} would climb out of the archive")
        if info.file_size > _LARGEST_FILE:
            raise GanworksError(f"{path} is refused: its member {info.filename!r} unpacks to {info.file_size:,} bytes")
    total = sum(info.file_size for info in members)
    if total > _ZIP_FREE and total > _ZIP_RATIO * path.stat().st_size:
        raise GanworksError(f"{path} is refused as a zip bomb: it unpacks to {total:,} bytes, unpack it yourself")


def _file_opener(path: Path) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        if not _is_plain(path):
            raise OSError("a dangling link" if path.is_symlink() else "not a regular file")
        if path.stat().st_size == 0:
            raise OSError("empty file")
        return path.open("rb")

    return opened


def _is_plain(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and os.access(path, os.R_OK)


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _printable(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()


def _table_text(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise GanworksError(f"{where} is not UTF-8 text: save it as UTF-8") from None
