from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganworks.record.grid import as_bytes, beside, grid, picture, save_picture


@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (2, "L"), (3, "RGB"), (4, "RGBA"), (5, "RGB")])
@pytest.mark.parametrize("count", [1, 5, 9])
def test_every_image_is_in_its_place(channels: int, mode: str, count: int) -> None:
    images = torch.rand(count, channels, 8, 12) * 2 - 1
    shown = grid(images, gap=2)
    assert shown.mode == mode
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    factor = 512 // max(columns * 14 + 2, rows * 10 + 2)
    assert shown.size == ((columns * 14 + 2) * factor, (rows * 10 + 2) * factor)
    pixels = np.asarray(shown)[::factor, ::factor].reshape(rows * 10 + 2, columns * 14 + 2, -1)
    for index, image in enumerate(as_bytes(images)):
        top, left = 2 + index // columns * 10, 2 + index % columns * 14
        tile = pixels[top : top + 8, left : left + 12]
        assert np.array_equal(tile, image[:, :, : tile.shape[2]])


def test_bytes_are_rounded_not_cut() -> None:
    levels = torch.tensor([-1.0, -0.9961, 0.0, 1.0, 3.0, -3.0]).view(1, 1, 1, 6)
    assert as_bytes(levels).ravel().tolist() == [0, 0, 128, 255, 255, 0]
    every = torch.arange(256).div(127.5).sub(1).view(1, 1, 16, 16)
    assert as_bytes(every).ravel().tolist() == list(range(256))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_points_are_a_cloud(size: int) -> None:
    points = torch.zeros(50, size)
    points[:, 0] = 1
    shade = np.asarray(picture(points).convert("L"))
    assert shade.shape == (512, 512)
    dark = np.argwhere(shade < 128)
    assert dark[:, 1].mean() > 400, "to the right"
    assert abs(dark[:, 0].mean() - 256) < 5, "in the middle"


def test_sequences_have_a_picture_too() -> None:
    assert picture(torch.randn(5, 7, 4)).size == (512, 512)


def test_a_picture_is_written_as_it_is(tmp_path: Path) -> None:
    shown = grid(torch.rand(4, 3, 8, 8) * 2 - 1)
    save_picture(shown, tmp_path / "deep" / "samples.png")
    assert np.array_equal(np.asarray(Image.open(tmp_path / "deep" / "samples.png")), np.asarray(shown))


def test_kinds_of_pictures_stand_side_by_side() -> None:
    """A grey input of half the size, an output and a truth in colour: three columns, two rows, of one size."""
    grey, colour = torch.tensor([-1.0, 1.0])[:, None, None, None], torch.tensor([1.0, -1.0, -1.0])[None, :, None, None]
    columns = [grey.expand(2, 1, 128, 64), colour.expand(2, 3, 256, 128), torch.zeros(2, 4, 256, 128)]
    image = beside(columns)
    assert image.size == (3 * 130 + 2, 2 * 258 + 2)
    assert [image.getpixel((130 * column + 60, 100)) for column in range(3)] == [(0,) * 3, (255, 0, 0), (128,) * 3]
    assert image.getpixel((60, 400)) == (255,) * 3
    assert image.getpixel((1, 1)) == (255, 255, 255)
