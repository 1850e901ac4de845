"""Made inputs by their written name, and what holds for all of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganworks.data.inputs import made
from ganworks.data.inputs.made import PACKAGE, made_input
from ganworks.errors import GanworksError, UsageError
from ganworks.lookup import names

ALL = names(PACKAGE, "make")


def some_pictures(count: int, channels: int, height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, channels, height, width), np.uint8)


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("grey", "grey"),
        ("Downsample:2", "downsample:2"),
        ("downsample", "downsample:4"),
        ("blur:1.5", "blur:1.5"),
        ("noise", "noise:25.0"),
        ("edges:2", "edges:2.0:0.15"),
        ("edges:2:0.3", "edges:2.0:0.3"),
    ],
)
def test_a_name_is_completed_and_reads_as_itself_again(written: str, whole: str) -> None:
    assert str(made_input(written)) == whole
    assert made_input(whole) == made_input(written)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("egdes", "unknown made input 'egdes': did you mean 'edges'?"),
        ("made", "unknown made input 'made'"),
        ("downsample:x", "downsample: factor='x': input should be a valid integer"),
        ("downsample:1", "downsample: factor='1': input should be greater than or equal to 2"),
        ("noise:0", "noise: std='0': input should be greater than 0"),
        ("blur:nan", "blur: sigma='nan'"),
        ("blur:2:3", "blur takes sigma: write blur:sigma"),
        ("mask:free", "mask takes no settings: write mask"),
        ("edges:1:1", "edges: threshold='1': input should be less than 1"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(written: str, says: str) -> None:
    with pytest.raises(UsageError, match="made input") as caught:
        made_input(written)
    assert says in str(caught.value)


def test_a_size_that_does_not_divide_is_refused_with_one_that_does() -> None:
    with pytest.raises(UsageError, match=r"30×44 cannot be divided by 4: make them 32×44"):
        made_input("downsample:4").shape((3, 30, 44))


def test_other_pictures_are_refused() -> None:
    with pytest.raises(GanworksError, match=r"float64 pictures .* must be uint8"):
        made_input("grey")(np.zeros((1, 3, 4, 4)))
    with pytest.raises(UsageError, match="pictures of 2 channels have no colours"):
        made_input("edges")(np.zeros((1, 2, 4, 4), np.uint8))


@settings(max_examples=60)
@given(
    st.sampled_from(ALL),
    st.integers(0, 4),
    st.sampled_from([1, 3, 4]),
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(0, 9),
)
def test_a_row_depends_on_its_picture_seed_and_index_alone(name, count, channels, rows, columns, seed) -> None:
    make = made_input(name)
    pictures = some_pictures(count, channels, 4 * rows, 4 * columns, seed)
    before = pictures.copy()
    together = make(pictures, seed)
    assert together.dtype == np.uint8
    assert together.shape == (count, *make.shape(pictures.shape[1:]))
    assert (pictures == before).all()
    for i in range(count):
        assert (make(pictures[i : i + 1], seed, np.array([i]))[0] == together[i]).all()


@pytest.mark.parametrize("name", ALL)
def test_many_pictures_are_made_in_pieces(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = some_pictures(7, 3, 8, 12)
    whole = made_input(name)(pictures, 3)
    monkeypatch.setattr(made, "_CHUNK", 2 * 3 * 8 * 12)
    assert (made_input(name)(pictures, 3) == whole).all()


@pytest.mark.parametrize("name", ["grey", "edges"])
def test_transparency_lies_on_white(name: str) -> None:
    pictures = some_pictures(2, 4, 12, 12)
    pictures[0, 3], pictures[1, 3] = 0, 255
    made = made_input(name)(pictures)
    assert (made[0] == 255).all()
    assert (made[1] == made_input(name)(pictures[1:, :3])[0]).all()
