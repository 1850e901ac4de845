"""Pictures from Python, in all the forms that people have them in."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from ganworks.data.received import received
from ganworks.errors import GanworksError

BYTES = np.random.default_rng(0).integers(0, 256, (2, 5, 7, 3), dtype=np.uint8)
FLOATS = torch.from_numpy(BYTES).permute(0, 3, 1, 2).float() / 127.5 - 1


@pytest.mark.parametrize(
    "images",
    [
        BYTES,
        torch.from_numpy(BYTES),
        BYTES.transpose(0, 3, 1, 2),
        FLOATS,
        FLOATS.double(),
        FLOATS.numpy(),
    ],
    ids=["N×H×W×C", "tensor", "N×C×H×W", "floats", "doubles", "array of floats"],
)
def test_the_same_pictures_in_every_form(images: Any) -> None:
    found = received(images, 3)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, FLOATS)


def test_a_picture_of_pillow_stands_upright() -> None:
    image = Image.fromarray(BYTES[0])
    torch.testing.assert_close(received(image, 3), FLOATS[:1])
    image.getexif()[0x0112] = 6  # a quarter turn
    turned = received(image, 3)
    torch.testing.assert_close(turned, FLOATS[:1].rot90(-1, (2, 3)))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_pictures_of_every_mode(mode: str, channels: int) -> None:
    image = Image.new(mode, (4, 3))
    assert received(image, channels).shape == (1, channels, 3, 4)


@pytest.mark.parametrize(("given", "wanted"), [(g, w) for g in (1, 3, 4) for w in (1, 3, 4)])
def test_arrays_change_channels_as_pictures_do(given: int, wanted: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (1, 6, 6, given), dtype=np.uint8)
    image = Image.fromarray(pixels[0].squeeze())
    torch.testing.assert_close(received(pixels, wanted), received(image, wanted), atol=2.1 / 127.5, rtol=0)


def test_grey_needs_no_channel_and_five_channels_stay_five() -> None:
    assert received(BYTES[..., 0], 1).shape == (2, 1, 5, 7)
    assert received(np.zeros((2, 8, 8, 5), np.uint8), 5).shape == (2, 5, 8, 8)


@pytest.mark.parametrize(
    ("images", "channels", "said"),
    [
        ("a.png", 3, "a str is no picture"),
        (np.array(["a.png"]), 3, "a ndarray is no picture"),
        (FLOATS[0], 3, "not 3×5×7"),
        (FLOATS[:0], 3, "not 0×3×5×7"),
        (FLOATS * 255, 3, "lie in [-1, 1], not from -255 to"),
        (FLOATS * float("nan"), 3, "not from nan to nan"),
        (BYTES.astype(np.int64), 3, "not torch.int64"),
        (BYTES, 5, "takes images of 5 channels, not of 3"),
        (torch.zeros(1, 2, 8, 8), 3, "takes images of 3 channels, not of 2"),
        (Image.new("L", (3, 3)), 5, "this run takes 5: give a tensor"),
    ],
)
def test_what_is_no_picture_is_refused(images: Any, channels: int, said: str) -> None:
    with pytest.raises(GanworksError, match=re.escape(said)):
        received(images, channels)
