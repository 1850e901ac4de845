"""Maps of joints and masks of bodies."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import label
from torch import Tensor

from ganworks.errors import UsageError
from ganworks.games.poses import CROWN, JOINTS, LIMBS, NECK, PELVIS, closed, heatmaps, pose_mask

# Somebody who stands in 256×256 with the arms a little away from the trunk.
STANDING = torch.tensor(
    [
        *([128, 50, 2], [133, 46, 2], [123, 46, 2], [138, 49, 2], [118, 49, 2], [150, 80, 2], [106, 80, 2]),
        *([165, 115, 2], [91, 115, 2], [172, 145, 2], [84, 145, 2], [142, 140, 2], [114, 140, 2], [144, 185, 2]),
        *([112, 185, 2], [145, 230, 2], [111, 230, 2]),
    ],
    dtype=torch.float32,
)[None]


def at(x: float, y: float, visible: float = 2) -> Tensor:
    return torch.tensor([[[x, y, visible]]], dtype=torch.float32)


def test_a_joint_is_a_disc_of_four_pixels_at_256() -> None:
    maps = heatmaps(at(100, 30), 256, 256)
    assert maps.shape == (1, 1, 256, 256)
    inside = (maps[0, 0] == 1).nonzero()
    assert len(inside) == 49  # whole numbers with x² + y² ≤ 16
    assert {(y - 30) ** 2 + (x - 100) ** 2 <= 16 for y, x in inside.tolist()} == {True}
    assert (maps == -1).sum() == 256 * 256 - 49


def test_discs_shrink_with_the_picture_but_stay_visible() -> None:
    assert (heatmaps(at(10, 20), 64, 64) == 1).sum() == 5  # a radius of one pixel
    assert (heatmaps(at(10, 20), 128, 64) == 1).sum() == 13  # the longer side counts
    for x in (10, 10.3, 10.5):
        maps = heatmaps(at(x, 20.5), 32, 32)
        assert (maps == 1).sum() > 0
    assert heatmaps(at(3, 5), 8, 8)[0, 0, 5, 3] == 1


def test_missing_joints_have_empty_maps() -> None:
    keypoints = torch.cat([at(5, 5), at(5, 5, 0), at(5, 5, 1), at(-90, 5), at(torch.nan, 5)], 1)
    for kind in ("disc", "gaussian"):
        maps = heatmaps(keypoints, 16, 16, kind)
        assert (maps[0, [1, 3, 4]] == -1).all()
        assert (maps[0, 0] == maps[0, 2]).all()
        assert maps[0, 0, 5, 5] == 1


def test_gaussians_fall_with_the_distance() -> None:
    maps = heatmaps(at(100, 30), 256, 256, "gaussian")[0, 0]
    assert maps[30, 100] == 1
    assert maps[30, 104] == pytest.approx(2 * 0.6065307 - 1, abs=1e-6)
    assert maps[27, 104] == pytest.approx(2 * 0.4578334 - 1, abs=1e-6)  # e^(−25/32)
    assert maps[200, 200] == -1


@settings(max_examples=15)
@given(st.integers(1, 3), st.integers(1, 5), st.integers(8, 40), st.integers(8, 40), st.integers(0, 99))
def test_a_map_is_highest_at_its_joint(count, joints, height, width, seed) -> None:
    random = torch.Generator().manual_seed(seed)
    where = torch.rand(count, joints, 2, generator=random) * torch.tensor([width - 1, height - 1])
    keypoints = torch.cat([where, torch.ones(count, joints, 1)], 2)
    for kind in ("disc", "gaussian"):
        maps = heatmaps(keypoints, height, width, kind)
        x, y = where.round().long().unbind(-1)
        there = maps.flatten(2).gather(2, (y * width + x)[..., None])[..., 0]
        assert (there == maps.amax((2, 3))).all()


def test_limbs_join_every_joint() -> None:
    assert len(JOINTS) == 17
    assert {end for limb in LIMBS for end in limb} == {*range(17), NECK, PELVIS, CROWN}


def test_the_mask_is_one_body_without_holes() -> None:
    mask = pose_mask(STANDING, 256, 256)
    assert mask.shape == (1, 1, 256, 256)
    assert set(mask.unique().tolist()) == {0, 1}
    body = mask[0, 0].numpy()
    assert label(body)[1] == 1
    assert 0.1 < body.mean() < 0.25
    for x, y, _ in STANDING[0].int().tolist():
        assert body[y, x] == 1
    assert body[82:140, 120:136].all()  # the trunk
    assert body[30, 128] == 1  # the forehead
    assert body[110, 165 + 4] == 1 and body[110, 165 + 14] == 0  # an arm is as thick as its line
    assert body[:15].sum() == body[245:].sum() == 0


def test_the_mask_shrinks_with_the_picture() -> None:
    small = torch.cat([(STANDING[..., :2] + 0.5) / 4 - 0.5, STANDING[..., 2:]], 2)
    large, half = pose_mask(STANDING, 256, 256).mean(), pose_mask(small, 64, 64).mean()
    assert half == pytest.approx(large.item(), rel=0.1)


def test_missing_joints_take_their_limbs_along() -> None:
    keypoints = STANDING.clone()
    keypoints[:, 9, 2] = 0
    whole, without = pose_mask(STANDING, 256, 256), pose_mask(keypoints, 256, 256)
    assert whole[0, 0, 143, 172] == 1 and without[0, 0, 143, 172] == 0
    assert (without <= whole).all()
    assert pose_mask(keypoints * 0, 64, 64).sum() == 0


def test_closing_fills_gaps_and_keeps_the_rest() -> None:
    masks = torch.zeros(1, 1, 9, 9)
    masks[..., 2:7, [1, 2, 5, 6]] = 1
    expected = masks.clone()
    expected[..., 2:7, 3:5] = 1
    assert (closed(masks, 1) == expected).all()
    assert (closed(masks, 0) == masks).all()


def test_other_skeletons_have_no_mask() -> None:
    with pytest.raises(UsageError, match="17 keypoints, not 18"):
        pose_mask(torch.zeros(1, 18, 3), 64, 64)
