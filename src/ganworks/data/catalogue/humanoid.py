"""Forward kinematics of DeepMimic's humanoid (Peng et al. 2018, arXiv:1804.02717), from a motion clip to positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
# A frame of a clip is a duration, the root's position and these rotations: four numbers a quaternion (w, x, y, z), one
# an angle about the joint's z axis. x is forward, y is up, z is to the right.
_LIMBS = {"hip": 4, "knee": 1, "ankle": 4, "shoulder": 4, "elbow": 1}
ROTATIONS = {
    "root": 4,
    "chest": 4,
    "neck": 4,
    **{f"{side}_{joint}": size for side in ("right", "left") for joint, size in _LIMBS.items()},
}
NUMBERS = 4 + sum(ROTATIONS.values())
_METRES = 0.25  # the model is four times as large as life


@dataclass(frozen=True)
class Joint:
    """Whose child it is, and where it sits in that parent's axes (metres)."""

    parent: str
    offset: Array


@dataclass(frozen=True)
class Placed:
    """A joint's axes (the columns of a 3×3 rotation) and its position (metres) in the world."""

    rotation: Array
    position: Array

    def point(self, x: float, y: float, z: float) -> Array:
        """Where a point given in the joint's axes is in the world."""
        found: Array = self.position + self.rotation @ np.array([x, y, z])
        return found


def skeleton(urdf: str) -> dict[str, Joint]:
    """The joints of the model's description, parents first."""
    found = {}
    for joint in ElementTree.fromstring(urdf.rstrip("\0")).iter("joint"):
        parent, origin = joint.find("parent"), joint.find("origin")
        if joint.get("name") != "root" and parent is not None and origin is not None:
            offset = np.array([float(number) for number in origin.get("xyz", "0 0 0").split()]) * _METRES
            found[joint.get("name", "")] = Joint(parent.get("link", ""), offset)
    return found


def posed(frame: Array, joints: Mapping[str, Joint]) -> dict[str, Placed]:
    """Every joint in the world, from the 44 numbers of one frame of a clip."""
    local, at = {}, 4
    for name, size in ROTATIONS.items():
        numbers, at = frame[at : at + size], at + size
        local[name] = turn(numbers) if size == 4 else about_z(numbers[0])
    found = {"root": Placed(local["root"], frame[1:4])}
    for name, joint in joints.items():
        parent = found[joint.parent]
        rotation = parent.rotation @ local[name] if name in local else parent.rotation
        found[name] = Placed(rotation, parent.point(*joint.offset))
    return found


def turn(quaternion: Array) -> Array:
    """The 3×3 rotation of a quaternion (w, x, y, z), which need not have length one."""
    w, x, y, z = quaternion / np.linalg.norm(quaternion)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def about_z(angle: float) -> Array:
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])


def about_y(angle: float) -> Array:
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])


def about_x(angle: float) -> Array:
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])
