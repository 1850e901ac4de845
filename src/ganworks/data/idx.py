"""IDX files, the format of MNIST: a big-endian header of type and sizes, then raw values; gzipped or not."""

from __future__ import annotations

import gzip
import math
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ganworks.errors import GanworksError

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_LARGEST = 64 << 30
_IMAGES = re.compile(r"images[.-]idx\d|images-idx")


@dataclass(frozen=True)
class IdxPair:
    """A file of images and, where there is one, the file of their labels beside it."""

    images: Path
    labels: Path | None


def is_idx(path: Path) -> bool:
    """Whether the file is named as IDX files are."""
    return bool(re.search(r"idx\d", path.name)) or path.suffix == ".idx"


def read_idx(path: Path) -> npt.NDArray[Any]:
    """The array in the file. Raises GanworksError when it is not IDX, is cut short or has bytes to spare."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rb") as file:
            head = file.read(4)
            if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _TYPES or not head[3]:
                raise GanworksError(f"{path} is not an IDX file: give one, or a folder of images, .npz or .npy")
            dtype, axes = np.dtype(_TYPES[head[2]]), head[3]
            sizes = struct.unpack(f">{axes}I", file.read(4 * axes))
            expected = math.prod(sizes) * dtype.itemsize
            if expected > _LARGEST:
                raise GanworksError(f"{path} claims {expected:,} bytes of values: it is damaged, get it again")
            # One byte more than expected tells a longer file without unpacking all of a gzip bomb.
            data = file.read(expected + 1)
    except (OSError, EOFError, zlib.error, struct.error) as error:
        raise GanworksError(f"cannot read {path} ({error}): get the file again") from error
    if len(data) != expected:
        relation = "fewer" if len(data) < expected else "more"
        raise GanworksError(f"{path} holds {relation} than the {expected:,} bytes it claims: get the file again")
    array = np.frombuffer(data, dtype).reshape(sizes)
    return array.astype(dtype.newbyteorder("="), copy=False)


def pair_of(images: Path) -> IdxPair:
    """The images file with the labels found beside it by name (`images`→`labels`, `idx3`→`idx1`)."""
    if "labels" in images.name:
        raise GanworksError(f"{images} holds labels: give the images file beside it")
    stem = re.sub(r"idx\d", "idx1", images.name.replace("images", "labels")).removesuffix(".gz")
    for name in (stem, stem + ".gz"):
        if name != images.name and (images.parent / name).is_file():
            return IdxPair(images, images.parent / name)
    return IdxPair(images, None)


def pairs_in(folder: Path) -> dict[str, IdxPair]:
    """The splits of a folder of IDX files: `train` and `test` (named t10k or test), or none."""
    found: dict[str, IdxPair] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not _IMAGES.search(path.name):
            continue
        split = "test" if re.search(r"t10k|test", path.name) else "train"
        if split in found and found[split].images.name.removesuffix(".gz") != path.name.removesuffix(".gz"):
            raise GanworksError(f"{folder} holds several {split} sets of IDX files: name one images file instead")
        found.setdefault(split, pair_of(path))
    return found
