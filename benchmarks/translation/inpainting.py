"""Completed: a centred hole of half the height and width, in patches of held-out photos and in held-out emoji."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.translation.held_out import evenly, opened, truth
from benchmarks.translation.judges import distance
from benchmarks.translation.task import Scores, Task
from ganworks.data.batches import to_uint8, to_unit_range
from ganworks.data.inputs.mask import hole
from ganworks.errors import GanworksError
from ganworks.games.game import Game
from ganworks.games.translation import translate
from ganworks.scores.psnr import psnr
from ganworks.tree import Tree

SIDE, RADIUS = 64, 3
OURS = "inpainting"


def opencv() -> Any:
    """OpenCV, which only this measurement needs."""
    try:
        import cv2
    except ImportError:
        raise GanworksError(
            "inpainting is measured beside OpenCV's: pip install --group benchmarks -c constraints.txt"
        ) from None
    return cv2


def holes(images: Tensor) -> Tensor:
    """N×1×H×W, 1 in the hole."""
    masks = torch.zeros(len(images), 1, *images.shape[2:])
    masks[:, :, *hole(*images.shape[2:])] = 1
    return masks


def filled(images: Tensor, method: int) -> Tensor:
    """N×3×H×W images in [-1, 1] completed by one of OpenCV's methods."""
    mask = holes(images[:1])[0, 0].to(torch.uint8).numpy()
    pixels = [np.ascontiguousarray(image) for image in to_uint8(images).permute(0, 2, 3, 1).numpy()]
    made = [opencv().inpaint(image, mask, RADIUS, method) for image in pixels]
    return to_unit_range(torch.from_numpy(np.stack(made)).permute(0, 3, 1, 2))


@dataclass(frozen=True)
class Completed(Task):
    """Pictures of a source, which G sees in crops where they are few."""

    jitter: int = 0

    recipe, steps, width = "inpainting", 4_000, 16
    columns = {"lpips": "LPIPS", "psnr": "PSNR in the hole, dB"}  # noqa: RUF012
    protocol = (
        f"{SIDE}×{SIDE}, a centred hole of half the height and width; LPIPS (AlexNet) of the picture whose hole is"
        f" filled. OpenCV's methods with a radius of {RADIUS}. Ours has no noise, as the paper's has none."
    )

    def methods(self, steps: int, width: int) -> dict[str, Tree]:
        players = {
            "generator": {"name": "context-encoder", "width": width},
            "discriminator": {"name": "dcgan", "width": width},
        }
        data = {"resolution": SIDE, "jitter": self.jitter}
        return {OURS: {"data": data, "game": {**players, "masks": "centre", "noise": 0}}}

    def wanted(self) -> Tensor:
        return truth(opened(self.source, resolution=SIDE))

    def spoiled(self) -> Tensor:
        """The images with nothing in the hole."""
        return self.wanted() * (1 - holes(self.wanted()))

    def score(self, made: Tensor) -> Scores:
        wanted, masks = self.wanted(), holes(made)
        inside = (..., *hole(*made.shape[2:]))
        composited = torch.where(masks.bool(), made, wanted)
        return {"lpips": distance(composited, wanted), "psnr": float(psnr(made[inside], wanted[inside]).mean())}

    def check(self, game: Game) -> Scores:
        return self.score(translate(game, self.spoiled(), mask=holes(self.wanted())))

    def references(self) -> dict[str, Scores]:
        ways = {"Telea": opencv().INPAINT_TELEA, "Navier–Stokes": opencv().INPAINT_NS}
        return {name: self.score(filled(self.spoiled(), way)) for name, way in ways.items()}

    def marks(self, rows: Mapping[str, Scores]) -> dict[str, bool]:
        ours, others = rows[OURS], (rows["Telea"], rows["Navier–Stokes"])
        return {
            "LPIPS below OpenCV's": all(ours["lpips"] < other["lpips"] for other in others),
            "PSNR above OpenCV's": all(ours["psnr"] > other["psnr"] for other in others),
        }

    def shown(self, game: Game, count: int) -> list[Tensor]:
        rows = evenly(len(self.wanted()), count)
        spoiled, wanted = self.spoiled()[rows], self.wanted()[rows]
        return [spoiled, translate(game, spoiled, mask=holes(spoiled)), wanted]


# Without crops G knew the patches by heart: on held-out ones it was best after a few hundred steps.
TASKS = (Completed("inpainting photos", "photo-patches", 16), Completed("inpainting emoji", "emoji-fluent"))
