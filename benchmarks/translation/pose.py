"""Another pose: drawn people and motions that nobody trained on, from a picture of each and the asked pose."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from torch import Tensor

from benchmarks.translation.held_out import evenly, given, opened, truth
from benchmarks.translation.judges import distance
from benchmarks.translation.keypoint_reader import KeypointReader, error, trained
from benchmarks.translation.task import Scores, Task
from ganworks.data.poses import POSE
from ganworks.games.game import Game
from ganworks.games.poses import pose_mask
from ganworks.games.translation import translate
from ganworks.scores.ssim import ssim
from ganworks.tree import Tree

PEOPLE, KEYPOINTS = "posed-figures", "keypoints.json"
FIRST, OURS, SOURCE, TRUE = "pose, stage I", "pose, stage II", "source as it is", "true picture"
LOSS = 0.02


class Questions(NamedTuple):
    """Pictures of people, the poses that they are to have, and pictures of them in these."""

    sources: Tensor
    poses: Tensor
    answers: Tensor


@cache
def questions(split: str = "test") -> Questions:
    samples = opened(PEOPLE, split, keypoints=KEYPOINTS)
    return Questions(given(samples), given(samples, POSE), truth(samples))


@cache
def reader() -> KeypointReader:
    learnt = questions("train")
    return trained(learnt.answers, learnt.poses)


def score(made: Tensor) -> Scores:
    """Of a picture for each question."""
    _, poses, answers = questions()
    body = pose_mask(poses, *made.shape[2:])
    # Black outside the body: what is not part of it is alike in all.
    masked = ((images + 1) * body - 1 for images in (made, answers))
    return {
        "lpips": distance(made, answers),
        "mask_ssim": float(ssim(*masked).mean()),
        "joints": error(reader(), made, poses),
    }


class Reposed(Task):
    recipe, steps, width = "pose", 6_000, 16
    stages, first = ("stage I", "stage II"), 0.5
    columns = {"lpips": "LPIPS", "mask_ssim": "mask-SSIM", "joints": "joints off by, pixels"}  # noqa: RUF012
    protocol = (
        "LPIPS with AlexNet. Mask-SSIM: of both pictures without what is outside the asked pose's body. Joints: as a"
        " network reads them that learnt from the training figures, beside where they were asked for; in the row"
        f" {TRUE!r} its own error."
    )

    def methods(self, steps: int, width: int) -> dict[str, Tree]:
        unet = {"name": "unet", "dropout": 0.0, "width": width}
        players = {"coarse": unet, "generator": unet, "discriminator": {"name": "dcgan", "width": width}}
        return {
            "pose": {"data": {"keypoints": KEYPOINTS}, "game": {**players, "coarse_steps": self.first_steps(steps)}}
        }

    def check(self, game: Game) -> Scores:
        sources, poses, _ = questions()
        return score(translate(game, sources, pose=poses))

    def references(self) -> dict[str, Scores]:
        return {SOURCE: score(questions().sources), TRUE: score(questions().answers)}

    def marks(self, rows: Mapping[str, Scores]) -> dict[str, bool]:
        ours, first, source = rows[OURS], rows[FIRST], rows[SOURCE]
        return {
            "LPIPS of stage II below the source's and stage I's": ours["lpips"] < min(first["lpips"], source["lpips"]),
            f"mask-SSIM of stage II at most {LOSS} below stage I's": ours["mask_ssim"] >= first["mask_ssim"] - LOSS,
            "joints nearer to the asked pose than the source's": ours["joints"] < source["joints"],
        }

    def shown(self, game: Game, count: int) -> list[Tensor]:
        sources, poses, answers = questions()
        rows = evenly(len(sources), count)
        return [sources[rows], translate(game, sources[rows], pose=poses[rows]), answers[rows]]


TASKS = (Reposed("pose", PEOPLE),)
