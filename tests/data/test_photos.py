"""Photos are cut into patches with something in them, and no photo is in both splits."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image
from tests.data.packed import tgz

from ganworks.data.catalogue.layouts import LAYOUTS
from ganworks.data.catalogue.photos import is_test_photo

MATE, LOMIRI = "usr/share/backgrounds/mate/", "usr/share/backgrounds/"


def photo(height: int, width: int, blank: int = 0) -> bytes:
    """Noise, coarse enough to survive shrinking, with the left `blank` columns of one colour."""
    noise = np.random.default_rng(0).integers(0, 256, (height // 8, width // 8, 3), dtype=np.uint8)
    pixels = noise.repeat(8, 0).repeat(8, 1)
    pixels[:, :blank] = 77
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=95)
    return file.getvalue()


def test_patches_of_photos_split_by_photo(tmp_path: Path) -> None:
    mate = {
        f"{MATE}nature/Blinds.jpg": photo(384, 592),  # test: 192×296, 2×3 patches
        f"{MATE}nature/Garden.jpg": photo(384, 592, blank=208),  # train: the left column is blank
        f"{MATE}nature/readme.txt": b"",
        f"{MATE}desktop/Logo.jpg": photo(384, 384),
    }
    lomiri = {
        f"{LOMIRI}life_by_Aitzol_Berasategi.jpg": photo(192, 5120),  # train: 48×1280 is too low for a patch
        f"{LOMIRI}seeding_by_Clements_Engelhardt.jpg": photo(768, 2560),  # train: 384×1280
        f"{LOMIRI}umang_by_Abhishek_Mudgal.jpg": photo(384, 384),
    }
    packages = [tgz(tmp_path / "mate.tgz", mate), tgz(tmp_path / "lomiri.tgz", lomiri)]
    LAYOUTS["photo_patches"](packages, tmp_path / "set")
    found = sorted(path.relative_to(tmp_path / "set").as_posix() for path in (tmp_path / "set").rglob("*.*"))
    seeding = "train/seeding_by_Clements_Engelhardt"
    assert found == [
        *(f"test/Blinds_{row:02}_{column:02}.png" for row in range(2) for column in range(3)),
        *(f"train/Garden_{row:02}_{column:02}.png" for row in range(2) for column in (1, 2)),
        *(f"{seeding}_{row:02}_{column:02}.png" for row in range(4) for column in range(13)),
    ]
    assert Image.open(tmp_path / "set" / found[0]).size == (96, 96)
    assert is_test_photo("Blinds") and not is_test_photo("Garden")
