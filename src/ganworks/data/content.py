"""The content hash of files, remembered while the files stay untouched."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from ganworks.data.cache import cache_folder

# A file changed this recently could change again within the clock's resolution: its hash is not remembered.
_SETTLED_NS = 2_000_000_000


def content_digest(paths: Sequence[Path], root: Path) -> str:
    """sha256 (hex) of the names below `root` and the content of the files.

    Reading everything costs about as much as copying it. So the answer is remembered under the files' names,
    inodes, sizes and times (of change too, which tools that restore the modification time do not fake):
    asking again costs one `stat` per file.
    """
    stats = [path.stat() for path in paths]
    names = [path.relative_to(root).as_posix() for path in paths]
    seen = [
        (name, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        for name, stat in zip(names, stats, strict=True)
    ]
    memory = cache_folder() / "known" / digest_of(str(root.resolve()), seen)
    try:
        if len(remembered := memory.read_text(encoding="ascii")) == 64:
            return remembered
    except OSError:
        pass
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        digest = digest_of(names, list(pool.map(_file_digest, paths)))
    newest = max((max(stat.st_mtime_ns, stat.st_ctime_ns) for stat in stats), default=0)
    if time.time_ns() - newest > _SETTLED_NS:
        _remember(memory, digest)
    return digest


def digest_of(*facts: Any) -> str:
    """sha256 (hex) of plain data: strings, numbers and lists of them."""
    return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remember(memory: Path, digest: str) -> None:
    partial = memory.with_name(f".{memory.name}.{os.getpid()}")
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(digest, encoding="ascii")
        partial.replace(memory)
    except OSError:  # only a speed-up is lost
        with suppress(OSError):
            partial.unlink()
