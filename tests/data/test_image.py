import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, features

from ganworks.data.image import Target, decode, look, pillow_guarded, reason

MODES = {
    "PNG": ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"],
    "JPEG": ["L", "RGB", "CMYK"],
    "GIF": ["L", "P"],
    "BMP": ["1", "L", "P", "RGB"],
    "TIFF": ["1", "L", "RGB", "RGBA", "CMYK", "I;16", "F"],
    "PPM": ["L", "RGB"],
} | ({"WEBP": ["RGB", "RGBA"]} if features.check("webp") else {})


def encoded(image: Image.Image, kind: str, **options: object) -> io.BytesIO:
    file = io.BytesIO()
    image.save(file, kind, **options)
    file.seek(0)
    return file


def drawn(kind: str, mode: str, width: int, height: int, seed: int) -> io.BytesIO:
    generator = np.random.default_rng(seed)
    if mode == "I;16":
        return encoded(Image.fromarray(generator.integers(0, 65536, (height, width), dtype=np.uint16)), kind)
    if mode == "F":
        return encoded(Image.fromarray(generator.random((height, width), dtype=np.float32)), kind)
    image = Image.fromarray(generator.integers(0, 256, (height, width, 4), dtype=np.uint8))
    return encoded(image.convert(mode), kind)


any_picture = st.sampled_from([(kind, mode) for kind, modes in MODES.items() for mode in modes])
any_target = st.builds(
    Target,
    st.sampled_from([1, 3, 4]),
    st.integers(1, 40),
    st.integers(1, 40),
    st.sampled_from(["crop", "pad", "stretch"]),
)


@settings(max_examples=150, deadline=5000)
@given(any_picture, st.integers(1, 70), st.integers(1, 70), st.integers(0, 9), any_target)
def test_any_picture_becomes_the_target(picture, width, height, seed, target) -> None:
    file = drawn(*picture, width, height, seed)
    seen = look(file)
    assert (seen.height, seen.width) == (height, width)
    pixels = decode(file, target)
    assert pixels.shape == (target.channels, target.height, target.width)
    assert pixels.dtype == np.uint8


@settings(max_examples=150, deadline=5000)
@given(any_picture, st.data())
def test_a_damaged_picture_decodes_or_gives_a_reason(picture, data) -> None:
    content = bytearray(drawn(*picture, 24, 17, 1).getvalue())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))]
    target = Target(3, 8, 8, "crop")
    with pillow_guarded():
        try:
            look(io.BytesIO(content))
            assert decode(io.BytesIO(content), target).shape == (3, 8, 8)
        except Exception as error:
            why = reason(error)
            assert why and "\n" not in why and " at 0x" not in why


def test_transparency_is_composited_on_white_or_kept() -> None:
    clear = np.zeros((6, 6, 4), np.uint8)
    clear[:, :3] = (255, 0, 0, 255)
    file = encoded(Image.fromarray(clear), "PNG")
    white = decode(file, Target(3, 6, 6, "crop"))
    assert white[:, 0, 0].tolist() == [255, 0, 0] and white[:, 0, 5].tolist() == [255, 255, 255]
    file.seek(0)
    assert decode(file, Target(4, 6, 6, "crop"))[3, 0].tolist() == [255] * 3 + [0] * 3


def test_palette_transparency_is_composited_on_white() -> None:
    image = Image.new("P", (4, 4), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    assert decode(encoded(image, "PNG", transparency=0), Target(3, 4, 4, "crop")).min() == 255


def test_sixteen_bits_scale_to_eight() -> None:
    values = np.array([[0, 257, 128 * 257, 65535]], np.uint16).repeat(4, axis=0)
    assert decode(encoded(Image.fromarray(values), "PNG"), Target(1, 4, 4, "crop"))[0, 0].tolist() == [0, 1, 128, 255]


def test_exif_rotation_is_applied() -> None:
    pixels = np.zeros((4, 8), np.uint8)
    pixels[:, 4:] = 255  # right half white; rotated 90° clockwise it is the lower half
    exif = Image.Exif()
    exif[0x0112] = 6
    file = encoded(Image.fromarray(pixels), "PNG", exif=exif)
    assert (look(file).height, look(file).width) == (8, 4)
    upright = decode(file, Target(1, 8, 4, "crop"))[0]
    assert upright[0].max() == 0 and upright[-1].min() == 255


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    file = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert decode(file, Target(3, 8, 8, "crop"))[:, 0, 0].tolist() == [255, 0, 0]


def test_fit_crops_pads_or_stretches() -> None:
    wide = np.zeros((8, 24), np.uint8)
    wide[:, :8], wide[:, 16:] = 100, 200
    file = encoded(Image.fromarray(wide), "PNG")
    assert set(np.unique(decode(file, Target(1, 8, 8, "crop")))) == {0}
    padded = decode(file, Target(1, 24, 24, "pad"))[0]
    assert padded[0].min() == 255 and padded[12, 0] == 100 and padded[12, 23] == 200
    stretched = decode(file, Target(1, 8, 24, "stretch"))[0]
    assert np.array_equal(stretched, wide)


def test_shrinking_is_antialiased() -> None:
    stripes = np.tile(np.array([0, 255], np.uint8), (64, 32))
    small = decode(encoded(Image.fromarray(stripes), "PNG"), Target(1, 8, 8, "crop"))
    assert abs(small.astype(float) - 127.5).max() < 20


def test_a_large_jpeg_is_close_to_its_exact_reduction() -> None:
    y, x = np.mgrid[0:512, 0:512]
    smooth = (127 + 100 * np.sin(x / 40) * np.cos(y / 50)).astype(np.uint8)
    file = encoded(Image.fromarray(smooth), "JPEG", quality=95)
    expected = np.asarray(Image.fromarray(smooth).resize((32, 32), Image.Resampling.LANCZOS)).astype(float)
    assert abs(decode(file, Target(1, 32, 32, "crop"))[0] - expected).mean() < 2


def test_a_decompression_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    file = encoded(Image.new("L", (40, 40)), "PNG")  # between the limit, where Pillow only warns, and twice that
    with pillow_guarded(), pytest.raises(Image.DecompressionBombWarning) as caught:
        look(file)
    assert "bomb" in reason(caught.value)


def test_postscript_never_reaches_its_interpreter() -> None:
    with pytest.raises(Exception) as caught:
        look(io.BytesIO(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n"))
    assert reason(caught.value) == "not an image of a known format"
