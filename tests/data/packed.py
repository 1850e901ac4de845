"""Packages of our own making, as registries hand them out."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path


def tgz(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def wheel(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def emoji_table(path: Path, groups: dict[str, str]) -> Path:
    """The table of emoji that says which group each belongs to."""
    facts = {emoji: {"group": group} for emoji, group in groups.items()}
    return tgz(path, {"package/data-by-emoji.json": json.dumps(facts).encode()})
