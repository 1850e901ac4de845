"""What each made input is, in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.ndimage import gaussian_filter, label
from tests.data.inputs.test_made import some_pictures

from ganworks.data.inputs.made import made_input


def test_luma_of_pure_colours() -> None:
    colours = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [128, 128, 128]], np.uint8)
    assert made_input("grey")(colours[:, :, None, None]).ravel().tolist() == [76, 150, 29, 255, 128]


def test_luma_is_what_pillow_calls_grey() -> None:
    picture = some_pictures(1, 3, 64, 64)
    pillow = np.asarray(Image.fromarray(picture[0].transpose(1, 2, 0)).convert("L"))
    assert (made_input("grey")(picture)[0, 0] == pillow).all()


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@pytest.mark.parametrize("factor", [2, 3, 4])
def test_downsampling_is_pillows_bicubic(mode: str, factor: int) -> None:
    picture = some_pictures(1, len(mode), 12, 24)
    pixels = picture[0].transpose(1, 2, 0)
    image = Image.fromarray(pixels[:, :, 0] if mode == "L" else pixels)
    pillow = np.asarray(image.resize((24 // factor, 12 // factor), Image.Resampling.BICUBIC))
    made = made_input(f"downsample:{factor}")(picture)[0].transpose(1, 2, 0)
    assert (made == pillow.reshape(made.shape)).all()


@pytest.mark.parametrize(("side", "first", "last"), [(8, 2, 5), (7, 2, 4), (6, 1, 3), (1, 0, -1)])
def test_the_hole_is_exactly_the_centre(side: int, first: int, last: int) -> None:
    picture = np.full((1, 3, side, 8), 7, np.uint8)
    made = made_input("mask")(picture)
    assert made[0, 0, :, 4].tolist() == [128 if first <= i <= last else 7 for i in range(side)]
    assert (made[0, :, :, [0, 1, 6, 7]] == 7).all()


def test_the_hole_of_transparent_pictures_is_opaque() -> None:
    made = made_input("mask")(np.zeros((1, 4, 4, 4), np.uint8))
    assert made[0, :, 1, 1].tolist() == [128, 128, 128, 255]
    assert made[0, :, 0, 0].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("sigma", [0.6, 2, 7.3])
def test_blur_is_scipys_gaussian(sigma: float) -> None:
    picture = some_pictures(1, 3, 9, 16)
    reference = [gaussian_filter(plane.astype(float), sigma, mode="reflect", truncate=4) for plane in picture[0]]
    assert np.abs(made_input(f"blur:{sigma}")(picture)[0] - reference).max() <= 0.5 + 1e-9


def test_noise_has_its_deviation_and_each_picture_its_own() -> None:
    grey = np.full((4, 3, 96, 96), 128, np.uint8)
    made = made_input("noise:20")(grey, 5)
    errors = made.astype(float) - 128
    assert errors.std() == pytest.approx(20, rel=0.01)
    assert abs(errors.mean()) < 0.3
    assert abs(np.corrcoef(errors.reshape(4, -1))[~np.eye(4, dtype=bool)]).max() < 0.03
    assert (made[2] == made_input("noise:20")(grey[:1], 5, np.array([2]))[0]).all()
    assert not (made == made_input("noise:20")(grey, 6)).all()


def test_noise_is_clipped_and_leaves_alpha() -> None:
    pictures = np.zeros((1, 4, 32, 32), np.uint8)
    pictures[:, 0], pictures[:, 3] = 255, 9
    made = made_input("noise:30")(pictures)
    assert (made[:, 3] == 9).all()
    assert made[:, 0].min() > 100
    assert made[:, 1].max() < 155


@settings(max_examples=30)
@given(st.integers(4, 12), st.booleans(), st.booleans(), st.sampled_from([1, 2]))
def test_a_step_is_one_line_where_it_is(at: int, lying: bool, falling: bool, sigma: int) -> None:
    picture = np.zeros((1, 1, 16, 16), np.uint8)
    picture[..., at:] = 200
    picture = 200 - picture if falling else picture
    lines = made_input(f"edges:{sigma}")(picture.swapaxes(2, 3) if lying else picture)
    lines = lines.swapaxes(2, 3) if lying else lines
    assert set(lines.ravel()) == {0, 255}
    drawn = (lines[0, 0] == 0).nonzero()
    assert set(drawn[0]) == set(range(16))
    assert len(drawn[1]) == 16
    assert set(drawn[1]) <= {at - 1, at}


def test_a_step_of_colour_alone_is_a_line() -> None:
    picture = np.zeros((1, 3, 16, 16), np.uint8)
    picture[:, 0, :, :8], picture[:, 1, :, 8:] = 255, 130
    assert len({*made_input("grey")(picture).ravel()}) == 1
    assert (made_input("edges")(picture) == 0).sum() == 16


def test_a_disc_is_one_closed_thin_line() -> None:
    y, x = np.mgrid[:48, :48] - 23.5
    radius = np.hypot(x, y)
    lines = made_input("edges")(np.where(radius < 15, 220, 30).astype(np.uint8)[None, None])[0, 0] == 0
    assert label(lines, np.ones((3, 3)))[1] == 1
    assert label(~lines)[1] == 2  # inside and outside, with nothing between
    assert np.abs(radius[lines] - 15).max() < 1.3
    assert not (lines[1:, 1:] & lines[1:, :-1] & lines[:-1, 1:] & lines[:-1, :-1]).any()


def test_faint_edges_are_drawn_only_where_they_lead_on_from_clear_ones() -> None:
    picture = np.full((1, 1, 24, 60), 100, np.uint8)
    picture[..., :12, :] = 100 + np.linspace(100, 11, 60)  # down to about a tenth of the strongest
    picture[..., 18:, 50:] = 111  # as faint, on its own
    lines = made_input("edges")(picture)[0, 0] == 0
    assert (lines.sum(axis=0) == 1).all()
    assert set(lines.nonzero()[0]) <= {11, 12}


def test_an_empty_picture_has_no_edges_though_it_is_noisy() -> None:
    noisy = np.random.default_rng(0).normal(128, 1, (8, 1, 64, 64)).round().astype(np.uint8)
    assert (made_input("edges")(noisy) == 255).all()
