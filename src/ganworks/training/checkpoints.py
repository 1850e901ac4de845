"""Checkpoints: one safetensors file each, named by its step and its checksum, whole or absent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.record.atomic import write_atomically

NAME = re.compile(r"(\d{8,})-([0-9a-f]{16})\.safetensors")


def save_checkpoint(folder: Path, step: int, tensors: Mapping[str, Tensor], keep: int) -> Path:
    """Write the checkpoint of `step` and drop all but the newest `keep`; the earlier ones survive a failure."""
    unnamed = folder / "new.safetensors"
    write_atomically(unnamed, lambda temporary: save_tensors(tensors, temporary, {"step": str(step)}))
    try:
        path = folder / f"{step:08d}-{checksum(unnamed)}.safetensors"
        unnamed.replace(path)
    except OSError as error:
        raise GanworksError(f"cannot write a checkpoint in {folder}: {error.strerror or error}") from error
    newest = checkpoints(folder)
    for old in [*newest[keep:], *(other for other in newest if step_of(other) == step and other != path)]:
        old.unlink(missing_ok=True)
    return path


def save_tensors(tensors: Mapping[str, Tensor], path: Path, metadata: dict[str, str]) -> None:
    """Write one safetensors file; a full disk is an OSError whatever wrote to it."""
    plain: dict[str, Tensor] = {}
    places: set[int] = set()
    for name, tensor in tensors.items():
        plain[name] = tensor.detach().cpu().contiguous()
        place = plain[name].untyped_storage().data_ptr()
        if place in places:  # tied weights, which the format does not know
            plain[name] = plain[name].clone()
        places.add(place)
    try:
        save_file(plain, path, metadata)
    except SafetensorError as error:
        raise OSError(str(error)) from error


def checkpoints(folder: Path) -> list[Path]:
    """The checkpoints in a folder, newest first."""
    found = [path for path in folder.glob("*.safetensors") if NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: (step_of(path), path.stat().st_mtime_ns), reverse=True)


def step_of(checkpoint: Path) -> int:
    """The number of rounds that a checkpoint has seen."""
    return int(checkpoint.name.split("-")[0])


def load_newest(folder: Path, warn: Callable[[str], None]) -> tuple[int, dict[str, Tensor]]:
    """Step and tensors of the newest checkpoint that is whole, saying which ones were not."""
    found = checkpoints(folder)
    for path in found:
        expected = NAME.fullmatch(path.name)
        if expected and checksum(path) == expected[2]:
            with suppress(SafetensorError):  # somebody else's file under one of our names
                return step_of(path), load_file(path)
        warn(f"{path.name} is damaged; using the checkpoint before it")
    reason = "every checkpoint is damaged" if found else "there is no checkpoint yet"
    raise GanworksError(f"{folder.parent}: {reason}, so there is nothing to load; train again with another --out")


def checksum(path: Path) -> str:
    """The first 16 hex digits of a file's sha256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
