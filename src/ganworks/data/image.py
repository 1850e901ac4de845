"""One picture, of whatever kind, as a uint8 C×H×W array of the wanted size and channels."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from ganworks.errors import GanworksError

# Only formats that Pillow reads by itself: others (EPS) would start a program on the user's file.
FORMATS = ["AVIF", "BMP", "DIB", "GIF", "ICO", "JPEG", "JPEG2000", "MPO", "PCX", "PNG", "PPM", "SGI", "TGA"]
FORMATS += ["TIFF", "WEBP"]
SUFFIXES = frozenset(
    f".{ending}"
    for endings in ("avif bmp dib gif ico jfif jp2 jpe jpeg jpg", "pbm pcx pgm png pnm ppm sgi tga tif tiff webp")
    for ending in endings.split()
)
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
_QUARTER_TURNS = (5, 6, 7, 8)  # EXIF orientations that exchange width and height


@dataclass(frozen=True)
class Target:
    """What every picture becomes; `fit` is crop, pad (white, or transparent where there is alpha) or stretch.

    A `joined` one holds two side by side, of which each is made to fit half the width, as if it were alone.
    """

    channels: int
    height: int
    width: int
    fit: str
    joined: bool = False


@dataclass(frozen=True)
class Look:
    """What the header of a picture tells: its upright size, whether it is grey, whether it has transparency."""

    height: int
    width: int
    grey: bool
    alpha: bool


@contextmanager
def pillow_guarded() -> Iterator[None]:
    """Turns Pillow's warning of a decompression bomb into an error and silences its others.

    Warning filters belong to the process, so this wraps a whole pass over many pictures, not each of them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def look(file: BinaryIO) -> Look:
    """Reads the header only. Raises whatever Pillow raises for a file it cannot read."""
    with _opened(file) as image:
        height, width = image.height, image.width
        with suppress(Exception):  # a malformed EXIF block does not spoil the picture
            if image.getexif().get(0x0112) in _QUARTER_TURNS:
                height, width = width, height
        return Look(height, width, _is_grey(image), image.has_transparency_data)


def read(file: BinaryIO) -> Image.Image:
    """The first frame of the picture in the file, upright. Raises whatever Pillow raises for one it cannot decode."""
    with _opened(file) as image:
        image.load()
        return upright(image)


def upright(image: Image.Image) -> Image.Image:
    """The image turned as its EXIF block asks."""
    with suppress(Exception):  # a malformed EXIF block does not spoil the picture
        return ImageOps.exif_transpose(image)
    return image


def decode(file: BinaryIO, target: Target) -> npt.NDArray[np.uint8]:
    """The first frame of the picture in the file. Raises whatever Pillow raises for one it cannot decode."""
    with _opened(file) as image:
        # Lets a JPEG be decoded at a fraction of its size, at least twice what is wanted.
        enough = 2 * max(target.height, target.width)
        image.draft(None, (enough, enough))
        image.load()
        return to_array(image, target)


def to_array(image: Image.Image, target: Target) -> npt.NDArray[np.uint8]:
    """A PIL image as uint8 C×H×W: upright, scaled to 8 bits, transparency on white unless C is 4, resized."""
    image = _with_channels(_in_eight_bits(upright(image)), target.channels)
    return made_to_fit(image, target).reshape(target.height, target.width, target.channels).transpose(2, 0, 1)


def made_to_fit(image: Image.Image, target: Target) -> npt.NDArray[np.uint8]:
    """H×W×… of the target's size; raises GanworksError for a picture too narrow to be two."""
    parts, width = (halves(image), target.width // 2) if target.joined else ((image,), target.width)
    return np.concatenate([np.asarray(fitted(part, target.height, width, target.fit)) for part in parts], 1)


def halves(image: Image.Image) -> tuple[Image.Image, Image.Image]:
    """What is left and right of the middle, without the column in it of an odd width."""
    width, height = image.width // 2, image.height
    if not width:
        raise GanworksError("1 pixel wide, it holds no two side by side")
    return image.crop((0, 0, width, height)), image.crop((image.width - width, 0, image.width, height))


def fitted(image: Image.Image, height: int, width: int, fit: str) -> Image.Image:
    """The image at exactly this size; shrinking is antialiased."""
    if image.size == (width, height):
        return image
    if fit == "pad":
        scale = min(width / image.width, height / image.height)
        inner = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        ground = Image.new(image.mode, (width, height), (255, 255, 255, 0) if image.mode == "RGBA" else "white")
        ground.paste(_resized(image, inner), ((width - inner[0]) // 2, (height - inner[1]) // 2))
        return ground
    box = (0.0, 0.0, float(image.width), float(image.height))
    if fit == "crop":
        scale = min(image.width / width, image.height / height)
        left, top = (image.width - width * scale) / 2, (image.height - height * scale) / 2
        box = (
            max(left, 0),
            max(top, 0),
            min(left + width * scale, image.width),
            min(top + height * scale, image.height),
        )
    return _resized(image, (width, height), box)


def reason(error: BaseException) -> str:
    """Why a picture could not be read, in a few words on one line."""
    if isinstance(error, UnidentifiedImageError):
        return "not an image of a known format"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return f"a decompression bomb: more than {Image.MAX_IMAGE_PIXELS or 0:,} pixels"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    text = re.sub(r" at 0x[0-9a-f]+", "", " ".join(str(error).split()))
    return text[:120] or type(error).__name__


def _opened(file: BinaryIO) -> Image.Image:
    Image.init()
    return Image.open(file, formats=[name for name in FORMATS if name in Image.OPEN])


def _is_grey(image: Image.Image) -> bool:
    if image.mode == "P":
        colours = np.asarray(image.getpalette("RGB") or [0, 0, 0]).reshape(-1, 3)
        return bool((colours == colours[:, :1]).all())
    return image.mode in ("1", "L", "LA", "La", "I", "F") or image.mode.startswith("I;16")


def _in_eight_bits(image: Image.Image) -> Image.Image:
    if image.mode not in ("I", "F") and not image.mode.startswith("I;16"):
        return image
    pixels = np.asarray(image).astype(np.float64)
    low, high = float(pixels.min()), float(pixels.max())
    full = 65535.0 if image.mode != "F" else 1.0 if high <= 1 else 255.0
    if not 0 <= low <= high <= full:
        raise ValueError(f"values from {low:g} to {high:g}, expected 0 to {full:g}")
    return Image.fromarray(np.rint(pixels * (255 / full)).astype(np.uint8))


def opaque(image: Image.Image, background: str) -> Image.Image:
    """A picture with transparency in RGB on a colour, any other as it is."""
    if not image.has_transparency_data:
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, background), image.convert("RGBA")).convert("RGB")


def _with_channels(image: Image.Image, channels: int) -> Image.Image:
    if channels != 4:
        image = opaque(image, "white")
    if image.mode == "LAB":
        raise ValueError("CIELAB colours are not supported")
    mode = _MODES[channels]
    return image if image.mode == mode else image.convert(mode)


def _resized(
    image: Image.Image, size: tuple[int, int], box: tuple[float, float, float, float] | None = None
) -> Image.Image:
    left, top, right, bottom = box or (0, 0, image.width, image.height)
    shrinks = right - left > size[0] or bottom - top > size[1]
    kernel = Image.Resampling.LANCZOS if shrinks else Image.Resampling.BICUBIC
    return image.resize(size, kernel, box=(left, top, right, bottom), reducing_gap=3.0)
