"""Drawn people in poses of motion capture, for giving a person another pose."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt
from PIL import Image

from ganworks.data.catalogue.figures import drawn_figure, person
from ganworks.data.catalogue.humanoid import NUMBERS, skeleton
from ganworks.data.catalogue.unpack import members, write

SIDE = 64
PEOPLE = {"train": range(32), "test": range(32, 40)}
POSES = {"train": 60, "test": 40}
# Whole clips, for their frames follow each other closely; the others hold no pose that is nearer than 7 cm a joint.
TEST_CLIPS = ("dance-b", "kick", "roll", "run")
KEYPOINTS_FILE = "keypoints.json"
_MODEL = "pybullet_data/humanoid/humanoid.urdf"
_CLIP = "pybullet_data/data/motions/humanoid3d_"
_WIDEST = 75  # degrees that the camera stands at most to either side of the clip's forward direction


def posed_figures(files: Sequence[Path], folder: Path) -> None:
    """split/PERSON_CLIP_FRAME_AZIMUTH.png and keypoints.json, which maps those names to COCO's 17 keypoints."""
    found = dict(members(files[0], lambda name: name == _MODEL or name.startswith(_CLIP)))
    joints = skeleton(found.pop(_MODEL).decode())
    clips = {_clip(name): _frames(content) for name, content in sorted(found.items())}
    keypoints = {}
    for split, people in PEOPLE.items():
        chosen = {name: frames for name, frames in clips.items() if (name in TEST_CLIPS) == (split == "test")}
        for number in people:
            who = person(number)
            for clip, frame, azimuth in poses(number, {name: len(frames) for name, frames in chosen.items()}, split):
                pixels, points = drawn_figure(who, chosen[clip][frame], joints, azimuth, SIDE)
                name = f"{split}/{number:02}_{clip}_{frame:03}_{azimuth:+03}.png"
                packed = io.BytesIO()
                Image.fromarray(pixels).save(packed, "PNG")
                write(folder, name, packed.getvalue())
                keypoints[name] = points
    write(folder, KEYPOINTS_FILE, json.dumps(keypoints, separators=(",", ":")).encode())


def poses(number: int, lengths: dict[str, int], split: str) -> list[tuple[str, int, int]]:
    """The clip, frame and azimuth (degrees) of each picture of a person: the clips in turn, no frame twice."""
    draw = np.random.default_rng([45, number])
    orders = {name: draw.permutation(length) for name, length in lengths.items()}
    found = []
    for turn in range(POSES[split]):
        name = list(lengths)[turn % len(lengths)]
        frame = int(orders[name][turn // len(lengths) % lengths[name]])
        found.append((name, frame, int(draw.integers(-_WIDEST, _WIDEST + 1))))
    return found


def _clip(name: str) -> str:
    return PurePosixPath(name).stem.removeprefix("humanoid3d_").replace("_", "-")


def _frames(content: bytes) -> npt.NDArray[np.float64]:
    return np.asarray(json.loads(content)["Frames"], np.float64).reshape(-1, NUMBERS)
