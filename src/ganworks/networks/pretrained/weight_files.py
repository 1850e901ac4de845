"""Weights that exist as one published pickle: from the user's file or an official address, checked before reading."""

from __future__ import annotations

import hashlib
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import cast

import torch

from ganworks.data.progress import bar
from ganworks.errors import GanworksError
from ganworks.networks.pretrained.weights import Weights, kept


@dataclass(frozen=True)
class WeightFile:
    """A state dict that was published with `torch.save`.

    Args:
        name: the file's name.
        sha256, size: of its content, size in bytes.
        addresses: where it is published, tried in order.
        known_as: the names under which other programs keep it in torch's own cache.
    """

    name: str
    sha256: str
    size: int
    addresses: Sequence[str]
    known_as: Sequence[str] = ()


def weights_of(file: WeightFile, path: Path | None = None, progress: bool = True) -> Weights:
    """Its tensors by name: of the copy at `path`, else of our cache, of torch's, or fetched; kept as safetensors.

    Raises GanworksError for a copy that is not that file, byte by byte, and when it cannot be had.
    """
    if path is not None:
        return _read(path, file)

    def make(room: Path) -> Weights:
        return _read(_kept_by_torch(file) or _fetched(file, room / file.name, progress), file)

    return kept(Path(file.name).stem, file.sha256, make)


def _read(path: Path, file: WeightFile) -> Weights:
    if not path.is_file():
        raise GanworksError(f"{path} is no file: give the path of {file.name}")
    with path.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != file.sha256:
        raise GanworksError(
            f"{path} is not {file.name}: its sha256 is {found[:12]}… instead of {file.sha256[:12]}…; fetch it again"
        )
    return cast(Weights, torch.load(path, map_location="cpu", weights_only=True))


def _kept_by_torch(file: WeightFile) -> Path | None:
    checkpoints = Path(torch.hub.get_dir()) / "checkpoints"
    places = (checkpoints / name for name in (file.name, *file.known_as))
    return next((place for place in places if place.is_file() and place.stat().st_size == file.size), None)


def _fetched(file: WeightFile, target: Path, progress: bool) -> Path:
    failures = []
    for address in file.addresses:
        try:
            with (
                urllib.request.urlopen(address, timeout=30) as answer,
                target.open("wb") as out,
                bar(f"fetching {file.name}", file.size, progress) as advance,
            ):
                while out.tell() <= file.size and (piece := answer.read(1 << 18)):
                    out.write(piece)
                    advance(out.tell())
            if target.stat().st_size == file.size:
                return target
            failures.append(f"{address} (it has not the {file.size} bytes of that file)")
        except (OSError, ValueError, HTTPException) as error:
            failures.append(f"{address} ({' '.join(str(getattr(error, 'reason', error)).split())[:80]})")
    raise GanworksError(
        f"cannot fetch {file.name}: tried {', then '.join(failures)}; where there is no network, copy that file"
        f" (sha256 {file.sha256}) here by other means and name it with --weights PATH"
    )
