from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from ganworks.data.batches import batches
from ganworks.data.given import Given
from ganworks.data.hold_out import hold_out
from ganworks.data.jitter import jittered
from ganworks.data.samples import Samples
from ganworks.data.spec import Spec
from ganworks.errors import UsageError


def numbered(count: int = 40, size: int = 8) -> Samples:
    """Pictures whose left half has their number, given their number mirrored, half as large, and one by one."""
    values = np.zeros((count, 1, size, size), np.uint8)
    values[..., : size // 2] = np.arange(1, count + 1)[:, None, None, None]
    small = values[..., ::2, ::2].copy()
    given = {
        "image": Given(small),
        "number": Given(np.arange(1, count + 1)),
        "shuffled": Given(small[::-1].copy(), rows=np.arange(count)[::-1].copy()),
        "other": Given(small[: count // 2].copy(), paired=False),
    }
    return Samples("numbered", Spec((1, size, size)), values, None, (), "digest", given=given)


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("world", [1, 2])
def test_what_is_paired_comes_together_and_is_mirrored_alike(mirror: bool, world: int) -> None:
    flipped = 0
    for rank in range(world):
        stream = batches(numbered(), 8, 3, mirror=mirror, world=world, rank=rank)
        for batch in (next(stream) for _ in range(12)):
            assert batch.values.shape == (8 // world, 1, 8, 8) and batch.given["image"].shape == (8 // world, 1, 4, 4)
            assert torch.equal(batch.values[..., ::2, ::2], batch.given["image"])
            assert torch.equal(batch.given["shuffled"], batch.given["image"])
            assert batch.values.amax((1, 2, 3)).tolist() == batch.given["number"].tolist()
            flipped += int((batch.values[:, 0, 0, -1] > 0).sum())
    assert 20 < flipped < 76 if mirror else flipped == 0


def test_what_is_not_paired_has_an_order_and_epochs_of_its_own() -> None:
    stream = batches(numbered(), 8, 3)
    seen = [next(stream) for _ in range(5)]
    mine = torch.cat([batch.given["number"] for batch in seen])
    others = torch.cat([batch.given["other"].amax((1, 2, 3)) for batch in seen])
    assert sorted(mine.tolist()) == list(range(1, 41))
    assert sorted(others.tolist()) == sorted([*range(1, 21), *range(1, 21)])
    assert sum(a == b for a, b in zip(mine.tolist(), others.tolist(), strict=True)) < 10
    again = batches(numbered(), 8, 3, start=4)
    assert torch.equal(next(again).given["other"], seen[4].given["other"])


def test_crops_are_alike_in_what_is_paired_and_whole_pixels_of_the_smaller() -> None:
    """Of a picture whose columns rise, the place of a crop can be read from its first pixel."""
    ramp = np.tile(np.arange(16, dtype=np.uint8) * 8, (30, 1, 16, 1))
    given = {"image": Given(ramp[..., ::2, ::2].copy())}
    samples = Samples("ramp", Spec((1, 16, 16)), ramp, None, (), "digest", given=given)
    starts = set()
    for batch in [next(batches(samples, 10, 0, jitter=4, start=start)) for start in range(3)]:
        large, small = batch.values.float().mean((1, 2)), batch.given["image"].float().mean((1, 2))
        assert torch.allclose(large.view(-1, 8, 2).mean(2) - 4, small, atol=3.0)
        starts |= set(batch.values[:, 0, 0, 0].tolist())
    assert len(starts) == 3, "two pixels of the smaller picture can be left out: three crops a side"


def test_no_jitter_leaves_pictures_as_they_are() -> None:
    pictures = torch.randint(0, 256, (4, 3, 8, 8), dtype=torch.uint8)
    assert torch.equal(jittered(pictures, np.random.default_rng(0).random((4, 2)), 0, 1), pictures)


def test_sizes_that_cannot_be_cropped_alike_are_refused() -> None:
    with pytest.raises(UsageError, match=r"data.jitter=3 .* multiple of 2"):
        next(batches(numbered(), 8, 0, jitter=3))


def posed(count: int = 30, height: int = 12, width: int = 16, joints: int = 17) -> Samples:
    """Black pictures with a bright block of 2×2 pixels, in whose middle every joint is; as inputs half as large."""
    random = np.random.default_rng(0)
    values = np.zeros((count, 1, height, width), np.uint8)
    corners = 2 * np.stack([random.integers(2, side // 2 - 2, count) for side in (width, height)], 1)
    for picture, (left, top) in zip(values, corners, strict=True):
        picture[:, top : top + 2, left : left + 2] = 240
    keypoints = np.zeros((count, joints, 3), np.float32)
    keypoints[..., :2] = corners[:, None] + 0.5
    keypoints[..., 2] = 1 + np.arange(joints)  # stands for the joint's name here
    given = {"image": Given(values[..., ::2, ::2].copy()), "pose": Given(keypoints)}
    return Samples("posed", Spec((1, height, width)), values, None, (), "digest", given=given)


def centre(pictures: Tensor) -> Tensor:
    """x and y of the middle of what is bright in each of N×1×H×W pictures."""
    weights = pictures[:, 0].double()
    total = weights.sum((1, 2))
    x, y = (torch.arange(side, dtype=torch.float64) for side in reversed(pictures.shape[2:]))
    return torch.stack([(weights.sum(1) * x).sum(1) / total, (weights.sum(2) * y).sum(1) / total], 1)


@pytest.mark.parametrize(("mirror", "jitter"), [(False, 0), (True, 0), (False, 4), (True, 4)])
def test_keypoints_stay_where_their_pictures_go(mirror: bool, jitter: int) -> None:
    stream, unmoved = batches(posed(), 10, 1, mirror=mirror, jitter=jitter), batches(posed(), 10, 1)
    seen = [next(stream) for _ in range(6)]
    keypoints = torch.cat([batch.given["pose"] for batch in seen])
    middle = centre(torch.cat([batch.values for batch in seen]))
    torch.testing.assert_close(keypoints[:, 0, :2].double(), middle, atol=0.1, rtol=0)
    inputs = centre(torch.cat([batch.given["image"] for batch in seen]))
    torch.testing.assert_close((keypoints[:, 0, :2].double() + 0.5) / 2 - 0.5, inputs, atol=0.2, rtol=0)
    before = torch.cat([next(unmoved).given["pose"] for _ in range(6)])
    assert torch.equal(keypoints, before) == (not mirror and not jitter)


def test_in_a_mirror_left_joints_are_right_ones() -> None:
    stream = batches(posed(), 10, 1, mirror=True)
    names = torch.cat([next(stream).given["pose"][..., 2] for _ in range(12)]).int().tolist()
    straight = list(range(1, 18))
    swapped = [1, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14, 17, 16]
    assert all(row in (straight, swapped) for row in names)
    assert 40 < names.count(swapped) < 80


def test_what_cannot_be_moved_is_refused() -> None:
    with pytest.raises(UsageError, match=r"COCO's 17 joints, and pose has 18: leave it out"):
        batches(posed(joints=18), 8, 0, mirror=True)
    assert next(batches(posed(joints=18), 8, 0, jitter=2)).given["pose"].shape == (8, 18, 3)
    depths = replace(numbered(), given={"depth": Given(np.zeros((40, 8, 8), np.float32))})
    with pytest.raises(UsageError, match="not their depth: leave them out"):
        batches(depths, 8, 0, mirror=True)
    assert next(batches(depths, 8, 0)).given["depth"].shape == (8, 8, 8)


def test_jitter_does_nothing_for_points() -> None:
    points = Samples("points", Spec((2,)), np.zeros((40, 2), np.float32), None, (), "digest")
    assert next(batches(points, 8, 0, jitter=4, mirror=True)).values.shape == (8, 2)


def test_held_out_pairs_stay_pairs_and_both_domains_are_halved() -> None:
    learnt, held_out = hold_out(numbered(), 0.25)
    assert isinstance(learnt, Samples) and isinstance(held_out, Samples)
    assert (len(learnt), len(held_out)) == (30, 10)
    numbers = [
        [int(n) for n in part.given["number"].table[part.given["number"].of(np.arange(len(part)))]]
        for part in (learnt, held_out)
    ]
    assert sorted(numbers[0] + numbers[1]) == list(range(1, 41))
    for part, expected in zip((learnt, held_out), numbers, strict=True):
        assert part.values.max((1, 2, 3)).tolist() == expected
        batch = next(batches(part, 5, 0))
        assert torch.equal(batch.values[..., ::2, ::2], batch.given["image"])
    others = [set(part.given["other"].table.max((1, 2, 3)).tolist()) for part in (learnt, held_out)]
    assert (len(others[0]), len(others[1])) == (15, 5) and not others[0] & others[1]


def test_a_spec_comes_back_from_json() -> None:
    import json

    spec = Spec((3, 8, 8), ("a", "b"), given=(("image", (1, 8, 8)), ("keypoints", (17, 3))))
    assert Spec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec
    assert hash(spec)
