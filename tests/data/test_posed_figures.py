"""Figures stand as their skeleton says, keypoints lie on them, and no person or clip is in both splits."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.data.packed import wheel

from ganworks.data.catalogue import posed_figures
from ganworks.data.catalogue.canvas import GROUND, Canvas
from ganworks.data.catalogue.entries import ENTRIES
from ganworks.data.catalogue.figures import KEYPOINTS, drawn_figure, person
from ganworks.data.catalogue.humanoid import NUMBERS, posed, skeleton, turn
from ganworks.data.catalogue.layouts import LAYOUTS
from ganworks.data.identities import named_by
from ganworks.data.keypoints import read_keypoints

PARENTS = {
    "chest": ("root", (0, 1, 0)),
    "neck": ("chest", (0, 0.9, 0)),
    **{
        f"{side}_{joint}": (parent if parent in ("root", "chest") else f"{side}_{parent}", (x, y, z * sign))
        for side, sign in (("right", 1), ("left", -1))
        for joint, parent, (x, y, z) in (
            ("hip", "root", (0, 0, 0.35)),
            ("knee", "hip", (0, -1.7, 0)),
            ("ankle", "knee", (0, -1.6, 0)),
            ("shoulder", "chest", (0, 1, 0.75)),
            ("elbow", "shoulder", (0, -1.1, 0)),
            ("wrist", "elbow", (0, -1, 0)),
        )
    },
}
URDF = "".join(
    f'<joint name="{name}"><parent link="{parent}"/><origin xyz="{x} {y} {z}"/></joint>'
    for name, (parent, (x, y, z)) in {"root": ("base", (0, 0, 0)), **PARENTS}.items()
)
URDF = f"<robot>{URDF}</robot>\r\n\0"
JOINTS = skeleton(URDF)
ELBOW = NUMBERS - 1 - (4 + 1 + 4 + 4) - 1  # the right one: the left leg's and arm's numbers follow it


def upright() -> np.ndarray:
    frame = np.zeros(NUMBERS)
    frame[[4, 8, 12, 16, 21, 25, 30, 35, 39]] = 1  # every quaternion's w
    return frame


def test_an_upright_humanoid_is_the_sum_of_its_offsets() -> None:
    frame = upright()
    frame[1:4] = 1, 2, 3
    body = posed(frame, JOINTS)
    assert len(body) == 15 and NUMBERS == 44
    assert body["right_wrist"].position == pytest.approx([1, 2 + (1 + 1 - 1.1 - 1) / 4, 3 + 0.75 / 4])
    assert body["left_ankle"].position == pytest.approx([1, 2 - 3.3 / 4, 3 - 0.35 / 4])


def test_a_joint_moves_what_hangs_on_it() -> None:
    frame = upright()
    frame[ELBOW] = np.pi / 2
    before, after = posed(upright(), JOINTS), posed(frame, JOINTS)
    assert after["right_wrist"].position - after["right_elbow"].position == pytest.approx([0.25, 0, 0])
    moved = {name for name in before if not np.allclose(before[name].position, after[name].position)}
    assert moved == {"right_wrist"}


@settings(max_examples=30)
@given(st.lists(st.floats(-1, 1), min_size=4, max_size=4).filter(lambda q: np.linalg.norm(q) > 0.1))
def test_quaternions_are_rotations(quaternion: list[float]) -> None:
    found = turn(np.array(quaternion))
    assert found @ found.T == pytest.approx(np.eye(3)) and np.linalg.det(found) == pytest.approx(1)
    axis = np.array(quaternion[1:])
    assert found @ axis == pytest.approx(axis)


def test_the_nearer_body_hides_the_other_whatever_is_drawn_first() -> None:
    near, far = np.array([0, 0, 0.5]), np.zeros(3)
    red, blue = np.array([255.0, 0, 0]), np.array([0, 0, 255.0])
    pictures = []
    for order in ([(near, red), (far, blue)], [(far, blue), (near, red)]):
        canvas = Canvas(32, 2)
        for place, colour in order:
            canvas.capsule(place, place, (0.5, 0.5), colour)
        assert [canvas.keypoint(place, 0.6)[2] for place in (near, far)] == [2, 1]
        pictures.append(canvas.pixels())
    assert (pictures[0] == pictures[1]).all() and pictures[0][16, 16, 2] == 0 < pictures[0][16, 16, 0]
    drawn = (pictures[0] != GROUND).any(-1).sum() / 32**2
    assert drawn == pytest.approx(np.pi / 16, rel=0.15)


def test_keypoints_lie_on_the_figure() -> None:
    pixels, points = drawn_figure(person(0), upright(), JOINTS, 0, 64)
    found = dict(zip(KEYPOINTS, points, strict=True))
    assert {name for name, point in found.items() if point[2] == 0} == {
        f"{side}_{part}" for side in ("left", "right") for part in ("eye", "ear")
    }
    for x, y, visibility in found.values():
        assert not visibility or (pixels[round(y), round(x)] != GROUND).any()
    assert found["right_shoulder"][0] < found["nose"][0] < found["left_shoulder"][0], "seen from the front"
    assert found["nose"][1] < found["left_hip"][1] < found["left_knee"][1] < found["left_ankle"][1]
    behind = dict(zip(KEYPOINTS, drawn_figure(person(0), upright(), JOINTS, 180, 64)[1], strict=True))
    assert (found["nose"][2], behind["nose"][2]) == (2, 1)
    assert behind["left_shoulder"][0] < behind["right_shoulder"][0]


def test_people_differ_and_stay_themselves() -> None:
    pictures = [drawn_figure(person(number), upright(), JOINTS, 0, 64)[0].astype(float) for number in (0, 1, 2, 0)]
    assert (pictures[0] == pictures[3]).all()
    assert min(abs(pictures[i] - pictures[j]).max() for i, j in ((0, 1), (0, 2), (1, 2))) > 60


def test_no_person_and_no_clip_is_in_both_splits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posed_figures, "PEOPLE", {"train": range(2), "test": range(2, 3)})
    monkeypatch.setattr(posed_figures, "POSES", {"train": 5, "test": 3})
    clip = json.dumps({"Frames": [upright().tolist()] * 4}).encode()
    motions = "pybullet_data/data/motions/"
    package = wheel(
        tmp_path / "p.whl",
        {
            "pybullet_data/humanoid/humanoid.urdf": URDF.encode(),
            **{f"{motions}humanoid3d_{name}.txt": clip for name in ("walk", "dance_a", "run")},
            f"{motions}laikago_walk.txt": b"",
        },
    )
    for folder in ("once", "again"):
        LAYOUTS["posed_figures"]([package], tmp_path / folder)
    once, again = (
        {path.relative_to(tmp_path / folder).as_posix(): path.read_bytes() for path in (tmp_path / folder).rglob("*.*")}
        for folder in ("once", "again")
    )
    assert once == again
    names = sorted(name for name in once if name.endswith(".png"))
    assert {tuple(name.split("_")[:2]) for name in names} == {
        *((f"train/{number}", clip) for number in ("00", "01") for clip in ("walk", "dance-a")),
        ("test/02", "run"),
    }
    assert len(names) == 2 * 5 + 3 and len({name.rsplit("_", 1)[0] for name in names}) == len(names)
    assert Image.open(tmp_path / "once" / names[0]).size == (64, 64)
    points = read_keypoints(tmp_path / "once" / posed_figures.KEYPOINTS_FILE, names)
    assert points.shape == (13, 17, 3) and (points[..., :2].max(), points[..., 2].max()) < (64, 2.1)


def test_file_names_tell_who_is_shown() -> None:
    pattern = ENTRIES["posed-figures"].person
    assert pattern is not None
    assert named_by(pattern, ["train/07_dance-a_012_+20.png", "31_run_003_-05.png"]) == ["07", "31"]
