"""Pictures with keypoints, each beside another picture of the same person."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ganworks.config import DataSettings
from ganworks.data.batches import batches
from ganworks.data.hold_out import hold_out
from ganworks.data.open import open_samples
from ganworks.data.poses import others
from ganworks.data.samples import Samples
from ganworks.errors import GanworksError, UsageError

PEOPLE = {"anna": 4, "ben": 3, "cleo": 1}


def drawn(folder: Path, name: str, grey: int, size: tuple[int, int] = (16, 16)) -> None:
    path = folder / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (grey,) * 3).save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pictures of a grey of their own, 10 apart from person to person, whose keypoints are all at that number."""
    poses = {}
    for who, (person, count) in enumerate(PEOPLE.items()):
        for number in range(count):
            grey = 10 * (who + 1) + number
            drawn(tmp_path, f"{person}_{number}", grey)
            poses[f"{person}_{number}.png"] = [[grey, grey / 2, 2]] * 17
    (tmp_path / "keypoints.json").write_text(json.dumps(poses), "utf-8")
    return tmp_path


def opened(source: Path | str, keypoints: str = "keypoints.json", **more: object) -> Samples:
    samples = open_samples(DataSettings(source=str(source), keypoints=keypoints, **more))
    assert isinstance(samples, Samples)
    return samples


def test_everybody_comes_in_their_pose_beside_another_picture_of_theirs(folder: Path) -> None:
    samples = opened(folder)
    assert samples.spec.given == (("identity", ()), ("image", (3, 16, 16)), ("pose", (17, 3)))
    assert samples.notes[-1] == "1 pictures are the only ones of their person and left out"
    stream = batches(samples, 7, 0)
    partners: dict[int, set[int]] = {}
    for batch in (next(stream) for _ in range(30)):
        greys, given = batch.values[:, 0, 0, 0].tolist(), batch.given["image"][:, 0, 0, 0].tolist()
        assert batch.given["pose"][:, 5].tolist() == [[grey, grey / 2, 2] for grey in greys]
        for grey, other in zip(greys, given, strict=True):
            partners.setdefault(grey, set()).add(other)
    group = {10, 11, 12, 13}
    assert partners == {
        **{grey: group - {grey} for grey in group},
        **{grey: {20, 21, 22} - {grey} for grey in (20, 21, 22)},
    }


def test_whom_a_picture_is_beside_follows_from_seed_and_place_alone(folder: Path) -> None:
    samples = opened(folder)
    stream, later, other = (batches(samples, 3, seed, start=start) for seed, start in [(0, 0), (0, 4), (1, 0)])
    seen = [next(stream).given["image"].numpy() for _ in range(9)]
    assert (seen[4] == next(later).given["image"].numpy()).all()
    assert any((mine != next(other).given["image"].numpy()).any() for mine in seen)


def test_halves_of_it_keep_their_people_s_pictures(folder: Path) -> None:
    learnt, held = hold_out(opened(folder), 0.4)
    assert isinstance(held, Samples) and len(learnt) == 3 and len(held) == 4
    batch = next(batches(held, 4, 0))
    assert (batch.values[:, 0, 0, 0] // 10 == batch.given["image"][:, 0, 0, 0] // 10).all()


@pytest.mark.parametrize("table", [None, "people.csv"])
def test_nobody_is_in_both_halves(folder: Path, table: str | None) -> None:
    """Nor where who is shown is only in the names of files."""
    rows = [f"{path.name},30,{path.name.split('_')[0]}" for path in sorted(folder.glob("*.png"))]
    (folder / "people.csv").write_text("\n".join(rows), "utf-8")
    halves = hold_out(opened(folder, people=table), 0.5)
    people = [{name.split("_")[0] for name in half.names} for half in halves if isinstance(half, Samples)]
    assert people in ([{"anna"}, {"ben"}], [{"ben"}, {"anna"}])


def test_people_are_the_classes_where_there_are_any(tmp_path: Path) -> None:
    for who, name in enumerate(("anna/one", "anna/two", "ben/one", "ben/two")):
        drawn(tmp_path, name, 10 + who)
    poses = {f"{who}/{which}.png": [[1, 2, 2]] * 17 for who in ("anna", "ben") for which in ("one", "two")}
    (tmp_path / "poses.json").write_text(json.dumps(poses), "utf-8")
    batch = next(batches(opened(tmp_path, str(tmp_path / "poses.json")), 4, 0))
    pairs = zip(batch.values[:, 0, 0, 0].tolist(), batch.given["image"][:, 0, 0, 0].tolist(), strict=True)
    assert set(pairs) == {(10, 11), (11, 10), (12, 13), (13, 12)}


def test_people_are_those_of_a_table_where_there_is_one(folder: Path) -> None:
    """Which says here that one of Anna's is Ben's, and not who is on another."""
    moved, unknown = "anna_3.png", "anna_2.png"
    rows = [f"{path.name},30,{path.name.split('_')[0]}" for path in sorted(folder.glob("*.png"))]
    table = (
        "\n".join(rows).replace(f"{moved},30,anna", f"{moved},30,ben").replace(f"{unknown},30,anna", f"{unknown},30,")
    )
    (folder / "people.csv").write_text(table, "utf-8")
    batch = next(batches(opened(folder, people="people.csv"), 6, 0))
    own, other = (values[:, 0, 0, 0].tolist() for values in (batch.values, batch.given["image"]))
    assert sorted(own) == [10, 11, 13, 20, 21, 22]
    anna = {10, 11}
    assert all((mine in anna) == (theirs in anna) for mine, theirs in zip(own, other, strict=True))


def test_keypoints_move_with_pictures_that_are_made_to_fit(tmp_path: Path) -> None:
    for number in range(2):
        drawn(tmp_path, f"anna_{number}", 10, size=(40, 20))
    (tmp_path / "poses.json").write_text(
        json.dumps({f"anna_{number}.png": [[19.5, 9.5, 2]] * 17 for number in range(2)}), "utf-8"
    )
    for fit in ("crop", "pad", "stretch"):
        pose = next(batches(opened(tmp_path, "poses.json", resolution=8, fit=fit), 2, 0)).given["pose"]
        assert pose[0, 3].tolist() == [3.5, 3.5, 2]  # the middle stays the middle


def test_what_is_missing_is_said_in_a_line(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(GanworksError, match=r"nowhere.json is neither in .* nor here: give the path"):
        opened(folder, "nowhere.json")
    drawn(folder, "ben_7", 3)
    drawn(folder, "dora_0", 3)
    with pytest.raises(GanworksError, match=r"no keypoints for 2 of 10 pictures: ben_7.png, dora_0.png; add them"):
        opened(folder)
    with pytest.raises(UsageError, match=r"leave data.input out"):
        opened(folder, input="edges")
    with pytest.raises(UsageError, match="go by file name, which array has none of"):
        open_samples(DataSettings(keypoints="keypoints.json"), source=np.zeros((4, 8, 8), np.uint8))


def test_somebody_must_be_shown_twice(tmp_path: Path) -> None:
    for name in ("anna_0", "ben_0"):
        drawn(tmp_path, name, 3)
    poses = {f"{name}_0.png": [[1, 2, 2]] * 17 for name in ("anna", "ben")}
    (tmp_path / "poses.json").write_text(json.dumps(poses), "utf-8")
    with pytest.raises(GanworksError, match="shows nobody twice: put each person's pictures into a folder"):
        opened(tmp_path, "poses.json")


@settings(max_examples=30)
@given(st.lists(st.integers(2, 90), min_size=1, max_size=4), st.integers(0, 99))
def test_others_are_of_the_same_group_and_as_many_as_there_are(sizes: list[int], seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(sum(sizes))
    groups = np.split(shuffled, np.cumsum(sizes)[:-1])
    found = others(groups)
    for rows in groups:
        for row in rows:
            assert set(found[row]) <= set(rows) - {row}
            assert len(set(found[row])) == min(len(rows) - 1, found.shape[1])
    assert found.shape[1] == min(64, max(sizes) - 1)
