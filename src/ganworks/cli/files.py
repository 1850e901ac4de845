"""Samples as files: a folder of PNGs, a grid, arrays, an animation; each whole or absent."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterable
from math import prod
from pathlib import Path
from typing import IO

import numpy as np
import torch
from numpy.lib import format as npy
from PIL import Image
from torch import Tensor

from ganworks.data.spec import Spec
from ganworks.errors import GanworksError, UsageError
from ganworks.record.atomic import write_atomically
from ganworks.record.grid import as_bytes, image_of, picture, save_picture

LARGEST_GRID = 100_000_000
"""Pixels of a picture that can still be looked at."""
FRAME_MS = 60

SampleWriter = Callable[[Path, Spec, Iterable[Tensor], int, Tensor | None], None]
WalkWriter = Callable[[Path, Spec, Tensor, int], None]


def refuse_existing(out: Path, overwrite: bool) -> None:
    """Raises UsageError where something would be written over without having been asked to."""
    if not overwrite and (out.is_file() or (out.is_dir() and any(out.iterdir()))):
        kind = "is not empty" if out.is_dir() else "exists"
        raise UsageError(f"{out} {kind}: choose another --out, or add --overwrite")


def sample_writer(out: Path) -> SampleWriter:
    """The way to write samples that the name asks for."""
    writers: dict[str, SampleWriter] = {"": write_folder, ".png": write_grid, ".npz": write_npz, ".npy": write_npy}
    if out.is_dir():
        return write_folder
    if out.suffix.lower() not in writers:
        raise UsageError(f"{out}: cannot write {out.suffix} files; end --out in .png, .npz or .npy, or name a folder")
    return writers[out.suffix.lower()]


def walk_writer(out: Path) -> WalkWriter:
    """The way to write a walk that the name asks for."""
    writers: dict[str, WalkWriter] = {".gif": write_animation, ".png": write_strip}
    if out.suffix.lower() not in writers:
        raise UsageError(f"{out}: a walk is written as .gif or .png")
    return writers[out.suffix.lower()]


def write_folder(out: Path, spec: Spec, batches: Iterable[Tensor], count: int, labels: Tensor | None) -> None:
    """One PNG per sample, 00000.png and on, moved into place when all are there."""
    require_pictures(spec, out)
    digits = max(5, len(str(count - 1)))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as name:
            folder, index = Path(name), 0
            for batch in batches:
                for pixels in as_bytes(batch):
                    image_of(pixels).save(folder / f"{index:0{digits}d}.png")
                    index += 1
            out.mkdir(exist_ok=True)
            for file in folder.iterdir():
                file.replace(out / file.name)
    except OSError as error:
        raise GanworksError(f"cannot write {out}: {error.strerror or error}") from error


def write_grid(out: Path, spec: Spec, batches: Iterable[Tensor], count: int, labels: Tensor | None) -> None:
    """All samples side by side, or a cloud of points."""
    if spec.is_image and count * prod(spec.shape[1:]) > LARGEST_GRID:
        raise UsageError(f"{count} samples do not fit one picture: name a folder or an .npz file as --out")
    save_picture(picture(torch.cat([batch.cpu() for batch in batches])), out)


def write_npy(out: Path, spec: Spec, batches: Iterable[Tensor], count: int, labels: Tensor | None) -> None:
    """Pixels uint8 N×H×W×C, or points float32 N×D."""

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            write_header(file, spec, count)
            for batch in batches:
                file.write(values(batch, spec).tobytes())

    write_atomically(out, write)


def write_npz(out: Path, spec: Spec, batches: Iterable[Tensor], count: int, labels: Tensor | None) -> None:
    """`images` uint8 N×H×W×C or `points` float32 N×D, and `labels` int64 N where the run has them."""

    def write(temporary: Path) -> None:
        with zipfile.ZipFile(temporary, "w") as archive:
            with archive.open("images.npy" if spec.is_image else "points.npy", "w", force_zip64=True) as file:
                write_header(file, spec, count)
                for batch in batches:
                    file.write(values(batch, spec).tobytes())
            if labels is not None:
                with archive.open("labels.npy", "w") as file:
                    npy.write_array(file, labels.numpy(), allow_pickle=False)

    write_atomically(out, write)


def write_animation(out: Path, spec: Spec, samples: Tensor, frames: int) -> None:
    """The samples one after another, for ever."""
    if not spec.is_image:
        raise UsageError(f"{out}: points have no frames; end --out in .png")
    require_pictures(spec, out)
    factor = max(1, 256 // max(spec.shape[1:]))
    size = (spec.shape[2] * factor, spec.shape[1] * factor)
    first, *others = [image_of(pixels).resize(size, Image.Resampling.NEAREST) for pixels in as_bytes(samples)]

    def write(temporary: Path) -> None:
        first.save(temporary, "GIF", save_all=True, append_images=others, duration=FRAME_MS, loop=0)

    write_atomically(out, write)


def write_strip(out: Path, spec: Spec, samples: Tensor, frames: int) -> None:
    """A row for each leg of the walk."""
    save_picture(picture(samples, columns=frames), out)


def require_pictures(spec: Spec, out: Path) -> None:
    """Raises UsageError unless a sample can be one PNG."""
    if not spec.is_image or spec.shape[0] not in (1, 3, 4):
        kind = f"samples of {spec.shape[0]} channels" if spec.is_image else "points"
        raise UsageError(f"{out}: {kind} cannot be written as pictures; end --out in .npz")


def values(batch: Tensor, spec: Spec) -> np.ndarray:
    """What an array file holds of a batch."""
    return as_bytes(batch) if spec.is_image else np.ascontiguousarray(batch.float().cpu().numpy())


def write_header(file: IO[bytes], spec: Spec, count: int) -> None:
    """Begin an .npy file, so that samples can follow batch by batch."""
    channels, *sides = spec.shape
    shape, kind = ((count, *sides, channels), np.uint8) if spec.is_image else ((count, channels), np.float32)
    header = {"descr": npy.dtype_to_descr(np.dtype(kind)), "fortran_order": False, "shape": shape}
    npy.write_array_header_1_0(file, header)
