"""Patches of real photos, for what needs true texture: sharpening, completing, colouring."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image, ImageOps

from ganworks.data.catalogue.unpack import members, write

SIDE = 96  # the high-resolution crop of SRGAN (arXiv:1609.04802, section 3.2)
_LONGEST = 1280
_LEAST_DETAIL = 1.0
_ROOTS = ("usr/share/backgrounds/mate/nature/", "usr/share/backgrounds/")
_NO_PHOTOS = {"analogpattern_by_Peter_Nerlich", "umang_by_Abhishek_Mudgal"}


def is_test_photo(name: str) -> bool:
    """Whether all patches of the photo (its file name without ending) are kept for testing: about a fifth are."""
    return hashlib.sha256(name.encode()).digest()[0] < 51


def photo_patches(files: Sequence[Path], folder: Path) -> None:
    """split/PHOTO_ROW_COLUMN.png from two packages of backgrounds."""
    for package, root in zip(files, _ROOTS, strict=True):
        for name, content in members(package, re.compile(f"{root}[^/]+[.]jpg").fullmatch):
            photo = PurePosixPath(name).stem
            if photo not in _NO_PHOTOS:
                _cut(content, f"{'test' if is_test_photo(photo) else 'train'}/{photo}", folder)


def _cut(content: bytes, name: str, folder: Path) -> None:
    """Non-overlapping SIDE×SIDE patches of the photo at half its size, or smaller where its long side exceeds 1280.

    Shrinking leaves nothing of the camera's own blur and JPEG blocks. Patches of background out of focus, whose
    neighbouring pixels differ by less than one level of 255 on average, are left out: they look the same at any
    resolution.
    """
    with Image.open(io.BytesIO(content)) as opened:
        photo = ImageOps.exif_transpose(opened).convert("RGB")
    scale = min(0.5, _LONGEST / max(photo.size))
    small = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.LANCZOS)
    for top in range(0, small.height - SIDE + 1, SIDE):
        for left in range(0, small.width - SIDE + 1, SIDE):
            patch = small.crop((left, top, left + SIDE, top + SIDE))
            if _detail(patch) >= _LEAST_DETAIL:
                packed = io.BytesIO()
                patch.save(packed, "PNG")
                write(folder, f"{name}_{top // SIDE:02}_{left // SIDE:02}.png", packed.getvalue())


def _detail(patch: Image.Image) -> float:
    """Mean absolute difference of luminance between neighbours, down and across."""
    grey = np.asarray(patch.convert("L"), np.float64)
    return float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean()) / 2
