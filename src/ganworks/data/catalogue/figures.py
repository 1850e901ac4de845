"""People of several builds and clothes, drawn in any pose of the humanoid."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ganworks.data.catalogue.canvas import Array, Canvas
from ganworks.data.catalogue.humanoid import Joint, Placed, about_x, about_y, posed

# COCO's keypoints; the humanoid has no eyes and ears.
KEYPOINTS = (
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    *(
        f"{side}_{joint}"
        for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
        for side in ("left", "right")
    ),
)
_SKINS = ((244, 208, 177), (229, 184, 143), (202, 146, 104), (160, 105, 70), (114, 72, 48), (82, 52, 38))
_HAIRS = ((28, 24, 24), (84, 52, 30), (214, 176, 96), (168, 74, 36), (150, 150, 152), (52, 36, 28))
_SHOES = ((40, 40, 44), (250, 250, 250), (176, 40, 40))
_METRES = 2.1
_FROM_ABOVE = np.deg2rad(10)


@dataclass(frozen=True)
class Person:
    """Proportions relative to the humanoid's, and colours (RGB in [0, 255])."""

    height: float
    legs: float
    shoulders: float
    girth: float
    head: float
    skin: Array
    hair: Array
    shirt: Array
    trousers: Array
    shoes: Array
    long_hair: bool
    long_sleeves: bool
    long_trousers: bool

    def built(self, joints: Mapping[str, Joint]) -> dict[str, Joint]:
        """The skeleton in this person's proportions."""
        scale = {"shoulder": (1, 1, self.shoulders), "knee": (1, self.legs, 1), "ankle": (1, self.legs, 1)}
        return {
            name: Joint(joint.parent, joint.offset * self.height * np.array(scale.get(name.split("_")[-1], (1, 1, 1))))
            for name, joint in joints.items()
        }


def person(number: int) -> Person:
    """The person of this number: always the same."""
    draw = np.random.default_rng([44, number])
    # Steps of the golden ratio: whatever the number of people, their shirts differ as much as they can.
    hue = number * 0.618034 % 1
    return Person(
        height=draw.uniform(0.9, 1.08),
        legs=draw.uniform(0.94, 1.06),
        shoulders=draw.uniform(0.9, 1.1),
        girth=draw.uniform(0.85, 1.3),
        head=draw.uniform(0.115, 0.13),
        skin=np.array(_SKINS[draw.integers(len(_SKINS))], np.float64),
        hair=np.array(_HAIRS[draw.integers(len(_HAIRS))], np.float64),
        shirt=_colour(hue, draw.uniform(0.45, 0.9), draw.uniform(0.55, 0.95)),
        trousers=_colour(hue + draw.uniform(0.25, 0.75), draw.uniform(0.2, 0.7), draw.uniform(0.25, 0.7)),
        shoes=np.array(_SHOES[draw.integers(len(_SHOES))], np.float64),
        long_hair=bool(draw.integers(2)),
        long_sleeves=bool(draw.integers(2)),
        long_trousers=bool(draw.integers(4)),
    )


def drawn_figure(
    who: Person, frame: Array, joints: Mapping[str, Joint], azimuth: float, side: int
) -> tuple[npt.NDArray[np.uint8], list[tuple[float, float, int]]]:
    """The person in the pose of a clip's frame: uint8 side×side×3, and the 17 keypoints (x, y, visibility) of COCO.

    Args:
        azimuth: where the camera stands, in degrees to the left of the clip's forward direction; 0 looks at faces.
    """
    camera = about_x(_FROM_ABOVE) @ about_y(np.deg2rad(azimuth - 90))
    world = posed(frame, who.built(joints))
    head = world["neck"].point(0, 0.07 * who.height + who.head, 0)
    places = np.stack([camera @ place for place in (head, *(placed.position for placed in world.values()))])
    centre = (places.min(axis=0) + places.max(axis=0)) / 2
    body = {name: Placed(camera @ one.rotation, camera @ one.position - centre) for name, one in world.items()}
    canvas = Canvas(side, _METRES)
    for start, end, radii, colour in limbs(who, body):
        canvas.capsule(start, end, (radii[0] * who.height, radii[1] * who.height), colour)
    middle = camera @ head - centre
    _head(canvas, who, body["neck"], middle)
    joint_places = {name: (one.position, 0.17 if "hip" in name else 0.1) for name, one in body.items()}
    joint_places["nose"] = (middle + body["neck"].rotation @ np.array([who.head, 0, 0]), 0.05)
    return canvas.pixels(), [
        canvas.keypoint(*joint_places[name]) if name in joint_places else (0.0, 0.0, 0) for name in KEYPOINTS
    ]


def limbs(who: Person, body: Mapping[str, Placed]) -> list[tuple[Array, Array, tuple[float, float], Array]]:
    """Start, end, radii (metres, before the person's height) and colour of every part but the head."""
    g, root, chest = who.girth, body["root"], body["chest"]
    hips, shoulders = (
        [body[f"{side}_{joint}"].position for side in ("left", "right")] for joint in ("hip", "shoulder")
    )
    parts = [
        (hips[0], hips[1], (0.1 * g, 0.1 * g), who.trousers),
        (root.point(0, 0.08, 0), chest.point(0, 0.1, 0), (0.115 * g, 0.12 * g), who.shirt),
        (chest.point(0, 0.14, -0.07), chest.point(0, 0.14, 0.07), (0.11 * g, 0.11 * g), who.shirt),
        (shoulders[0], shoulders[1], (0.068, 0.068), who.shirt),
        (body["neck"].point(0, -0.02, 0), body["neck"].point(0, 0.1, 0), (0.05, 0.045), who.skin),
    ]
    for side in ("left", "right"):
        joint = {name: body[f"{side}_{name}"] for name in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")}
        at = {name: one.position for name, one in joint.items()}
        sleeve, leg = (who.shirt if who.long_sleeves else who.skin), (who.trousers if who.long_trousers else who.skin)
        parts += [
            (at["shoulder"], at["elbow"], (0.062 * g, 0.046 * g), who.shirt),
            (at["elbow"], at["wrist"], (0.045 * g, 0.034 * g), sleeve),
            (at["wrist"], joint["wrist"].point(0, -0.06, 0), (0.04, 0.036), who.skin),
            (at["hip"], at["knee"], (0.088 * g, 0.06 * g), who.trousers),
            (at["knee"], at["ankle"], (0.058 * g, 0.042 * g), leg),
            (joint["ankle"].point(-0.03, -0.03, 0), joint["ankle"].point(0.13, -0.04, 0), (0.045, 0.04), who.shoes),
        ]
    return parts


def _head(canvas: Canvas, who: Person, neck: Placed, middle: Array) -> None:
    """A ball of skin with hair on its top and back, and eyes."""
    drawn = canvas.capsule(middle, middle, (who.head, who.head), who.skin)
    if drawn is None:
        return
    rows, columns, normals = drawn
    forward, up, right = (normals @ neck.rotation).T
    hair = (up > 0.45) | (forward < (0.1 if who.long_hair else -0.25)) & (up > (-0.8 if who.long_hair else -0.35))
    canvas.paint(rows[hair], columns[hair], normals[hair], who.hair)
    eyes = (abs(abs(right) - 0.36) < 0.13) & (abs(up - 0.08) < 0.14) & (forward > 0)
    canvas.paint(rows[eyes], columns[eyes], normals[eyes], np.array([30.0, 30.0, 34.0]))


def _colour(hue: float, saturation: float, value: float) -> Array:
    return np.array(colorsys.hsv_to_rgb(hue % 1, saturation, value)) * 255
