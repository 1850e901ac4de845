"""What is missing from pictures."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.functional import avg_pool2d

from ganworks.data.inputs.made import made_input
from ganworks.errors import UsageError
from ganworks.games import masks
from ganworks.games.masks import MASKS, blocks, centre, free_form
from ganworks.games.strokes import stroke


def drawn(kind: str, count: int, shape: tuple[int, ...], seed: int = 0) -> Tensor:
    return MASKS[kind](count, shape, torch.Generator().manual_seed(seed))


@settings(max_examples=30)
@given(st.sampled_from(list(MASKS)), st.integers(1, 5), st.integers(8, 50), st.integers(8, 50), st.integers(0, 99))
def test_masks_say_of_each_pixel_whether_it_is_missing(kind, count, height, width, seed) -> None:
    masks = drawn(kind, count, (3, height, width), seed)
    assert masks.shape == (count, 1, height, width)
    assert masks.dtype == torch.float32
    assert set(masks.unique().tolist()) == {0, 1}
    assert masks.flatten(1).any(1).all()
    assert (masks == drawn(kind, count, (1, height, width), seed)).all()


@pytest.mark.parametrize(
    ("draw", "side", "least", "most", "mean"),
    [(blocks, 8, 1 / 64, 0.25, 0.13), (blocks, 64, 1 / 64, 0.25, 0.13), (free_form, 32, 0.02, 0.7, 0.26)],
)
def test_shares_and_rows(draw, side: int, least: float, most: float, mean: float) -> None:
    masks = draw(200, (3, side, side), torch.Generator().manual_seed(3))
    shares = masks.mean((1, 2, 3))
    assert least <= shares.min() and shares.max() <= most
    assert shares.mean() == pytest.approx(mean, abs=0.02)
    assert shares.std() > 0.02
    assert len(set(map(bytes, masks.bool().numpy()))) == 200
    assert avg_pool2d(masks.mean(0), side // 8).min() > 0  # they are anywhere
    assert not (masks == draw(200, (3, side, side), torch.Generator().manual_seed(4))).all()


def test_the_centre_is_the_hole_of_the_made_input() -> None:
    shape = (3, 31, 44)
    hole = made_input("mask")(torch.zeros(1, *shape, dtype=torch.uint8).numpy())[0, 0] != 0
    masks = centre(2, shape, torch.Generator())
    assert masks.sum() == 2 * 15 * 22
    assert (masks.bool().numpy() == hole).all()


def test_the_whole_batch_comes_from_one_generator() -> None:
    random = torch.Generator().manual_seed(0)
    first, second = (free_form(2, (3, 32, 32), random) for _ in range(2))
    assert not (first == second).all()


def test_a_third_of_mixed_masks_is_in_the_centre() -> None:
    masks = drawn("mixed", 300, (3, 16, 16))
    in_the_centre = (masks == drawn("centre", 1, (3, 16, 16))).flatten(1).all(1).float().mean()
    assert 0.25 < in_the_centre < 0.42
    assert len(set(map(bytes, masks.bool().numpy()))) > 150, "and the others as they are drawn"


def test_a_single_mixed_mask_is_of_any_kind() -> None:
    centre_only = drawn("centre", 1, (3, 16, 16))
    shares = [bool((drawn("mixed", 1, (3, 16, 16), seed) == centre_only).all()) for seed in range(60)]
    assert 8 < sum(shares) < 32


def test_mixed_masks_draw_no_more_of_a_kind_than_they_show(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []
    monkeypatch.setattr(masks, "free_form", lambda count, *rest: counts.append(count) or free_form(count, *rest))
    drawn("mixed", 64, (3, 16, 16))
    assert counts == [22]


@pytest.mark.parametrize("kind", MASKS)
def test_pictures_too_small_are_refused(kind: str) -> None:
    with pytest.raises(UsageError, match="at least 8×8, not 7×9"):
        drawn(kind, 1, (3, 7, 9))


def test_a_stroke_is_what_is_near_its_line() -> None:
    start, end = torch.tensor([[1.5, 1.5]]), torch.tensor([[1.5, 4.5]])
    thin = stroke(start, end, 0.5, 4, 7)[0]
    assert thin.int().tolist() == [[0] * 7, [0, 1, 1, 1, 1, 0, 0], [0] * 7, [0] * 7]
    thick = stroke(start, end, torch.tensor([1.0]), 4, 7)[0]
    assert thick.int().tolist() == [[0, 1, 1, 1, 1, 0, 0], [1] * 6 + [0], [0, 1, 1, 1, 1, 0, 0], [0] * 7]
    point = stroke(start, start, 1.5, 4, 4)[0]
    assert point.int().tolist() == [[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 0], [0] * 4]
    assert not stroke(start, end * torch.nan, 9, 4, 7).any()


def test_a_slanted_stroke_has_the_area_of_a_capsule() -> None:
    start, end = torch.tensor([60.0, 50.0]), torch.tensor([120.0, 130.0])
    assert stroke(start, end, 10, 200, 200).sum() == pytest.approx(100 * 20 + torch.pi * 100, rel=0.01)
