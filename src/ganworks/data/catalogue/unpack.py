"""Reading the members of a downloaded package one by one; nothing is ever extracted by its own path."""

from __future__ import annotations

import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

_LARGEST_MEMBER = 256 << 20


def members(package: Path, wanted: Callable[[str], object]) -> Iterator[tuple[str, bytes]]:
    """(name, content) of the regular files whose name is wanted, from a .tgz, .whl or .deb."""
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as archive:
            for info in archive.infolist():
                if wanted(info.filename) and not info.is_dir() and info.file_size <= _LARGEST_MEMBER:
                    yield info.filename, archive.read(info)
    elif package.suffix == ".deb":
        command = ["dpkg-deb", "--fsys-tarfile", str(package)]
        running = subprocess.Popen(command, stdout=subprocess.PIPE)
        with running, tarfile.open(fileobj=running.stdout, mode="r|") as tar:
            yield from _of_tar(tar, wanted)
    else:
        with tarfile.open(package, mode="r|gz") as tar:
            yield from _of_tar(tar, wanted)


def write(root: Path, name: str, content: bytes) -> None:
    """Writes `root/name`. Raises ValueError if the name would lead out of the root."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or any(part in ("..", "") or "\\" in part or ":" in part for part in parts):
        raise ValueError(f"unsafe name {name!r}")
    path = root.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _of_tar(tar: tarfile.TarFile, wanted: Callable[[str], object]) -> Iterator[tuple[str, bytes]]:
    for member in tar:
        name = member.name.removeprefix("./")
        if member.isreg() and member.size <= _LARGEST_MEMBER and wanted(name):
            opened = tar.extractfile(member)
            if opened is not None:
                yield name, opened.read()
