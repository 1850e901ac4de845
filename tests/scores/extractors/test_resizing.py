"""Each way to resize against what it stands for: Pillow, and TensorFlow 1 and torch by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor

from ganworks.errors import GanworksError, UsageError
from ganworks.scores.extractors.resizing import MODES, require_mode, rgb_pixels

SIDES = st.integers(3, 40)


def bytes_of(*shape: int, seed: int = 0) -> Tensor:
    return torch.randint(0, 256, shape, generator=torch.Generator().manual_seed(seed), dtype=torch.uint8)


@given(SIDES, SIDES, SIDES, SIDES, st.integers(0, 9))
def test_clean_is_pillow_on_floats(height: int, width: int, down: int, right: int, seed: int) -> None:
    pixels = bytes_of(1, 1, height, width, seed=seed).float()
    picture = Image.fromarray(pixels[0, 0].numpy(), mode="F").resize((right, down), Image.Resampling.BICUBIC)
    expected = torch.from_numpy(np.array(picture).clip(0, 255))
    torch.testing.assert_close(MODES["clean"](pixels, (down, right))[0, 0], expected, atol=2e-3, rtol=0)


def tf1_by_hand(rows: Tensor, height: int, width: int) -> Tensor:
    """ResizeBilinear of TensorFlow 1, align_corners false: the formula of its kernel, pixel by pixel."""
    result = torch.empty(height, width)
    for down in range(height):
        for right in range(width):
            y, x = down * rows.shape[0] / height, right * rows.shape[1] / width
            top, left = int(y), int(x)
            bottom, end = min(top + 1, rows.shape[0] - 1), min(left + 1, rows.shape[1] - 1)
            above = rows[top, left] + (rows[top, end] - rows[top, left]) * (x - left)
            below = rows[bottom, left] + (rows[bottom, end] - rows[bottom, left]) * (x - left)
            result[down, right] = above + (below - above) * (y - top)
    return result


@pytest.mark.parametrize("size", [(13, 9), (3, 5), (7, 20)])
def test_tf1_is_tensorflows_formula(size: tuple[int, int]) -> None:
    pixels = bytes_of(2, 3, 6, 8).float()
    resized = MODES["tf1"](pixels, size)
    torch.testing.assert_close(resized[1, 2], tf1_by_hand(pixels[1, 2], *size), atol=1e-3, rtol=0)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("tf1", [0.0, 50, 100, 100]), ("bilinear", [0.0, 25, 75, 100]), ("nearest", [0.0, 0, 100, 100])],
)
def test_two_pixels_made_four_tell_the_modes_apart(mode: str, expected: list[float]) -> None:
    pixels = torch.tensor([0.0, 100]).view(1, 1, 1, 2)
    assert MODES[mode](pixels, (1, 4)).flatten().tolist() == expected


def test_only_clean_keeps_the_mean_of_fine_stripes() -> None:
    stripes = torch.tensor([0.0, 255]).repeat(1, 1, 64, 32)
    means = {name: float(resize(stripes, (16, 16)).mean()) for name, resize in MODES.items()}
    assert abs(means.pop("clean") - 127.5) < 1
    assert abs(means.pop("bilinear") - 127.5) < 1  # between two pixels, by luck
    assert all(abs(mean - 127.5) > 100 for mean in means.values())


@given(st.sampled_from(sorted(MODES)), st.integers(0, 255), SIDES, SIDES)
def test_a_flat_picture_stays_flat(mode: str, level: int, height: int, width: int) -> None:
    flat = torch.full((1, 3, height, width), level, dtype=torch.uint8)
    resized = rgb_pixels(flat, (17, 31), mode)
    torch.testing.assert_close(resized, torch.full((1, 3, 17, 31), float(level)), atol=1e-3, rtol=0)


@pytest.mark.parametrize("mode", sorted(MODES))
def test_pictures_of_the_right_size_are_left_alone_and_floats_are_as_the_same_bytes(mode: str) -> None:
    images = bytes_of(2, 3, 9, 12)
    assert torch.equal(rgb_pixels(images, (9, 12), mode), images.float())
    floats = images.float() / 127.5 - 1
    torch.testing.assert_close(rgb_pixels(floats, (5, 6), mode), rgb_pixels(images, (5, 6), mode), atol=1e-3, rtol=0)


def test_grey_is_repeated_and_other_channels_are_refused() -> None:
    grey = bytes_of(2, 1, 8, 8)
    assert torch.equal(rgb_pixels(grey, (8, 8), "clean"), grey.float().repeat(1, 3, 1, 1))
    with pytest.raises(GanworksError, match="4 channels: this extractor takes grey"):
        rgb_pixels(bytes_of(2, 4, 8, 8), (8, 8), "clean")


def test_an_unknown_mode_names_the_nearest() -> None:
    assert require_mode(None) == "clean"
    with pytest.raises(UsageError, match="unknown resize 'bilinar': did you mean 'bilinear'"):
        require_mode("bilinar")
