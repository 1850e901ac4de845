"""Four times as large: patches of held-out photos, and held-out emoji, from antialiased bicubic degradation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from benchmarks.translation.held_out import evenly, given, opened, truth
from benchmarks.translation.judges import distance
from benchmarks.translation.task import Scores, Task
from ganworks.data.batches import to_uint8, to_unit_range
from ganworks.data.samples import Samples
from ganworks.games.game import Game
from ganworks.games.translation import translate
from ganworks.scores.psnr import psnr
from ganworks.tree import Tree

SCALE, BORDER, BLOCKS = 4, 4, 8
OURS, FIRST, BICUBIC = "srgan, adversarial", "srgan, SRResNet", "bicubic"
GAIN = 0.8
PRETRAINING = {"name": "adam", "lr": 4e-4, "betas": (0.9, 0.999)}
"""The recipe's rate is that of a million steps."""


def luma(images: Tensor) -> Tensor:
    """Y of ITU-R BT.601 in [-1, 1] (float64 N×1×h×w, of 8 bits and without its border) of N×3×H×W in [-1, 1]."""
    red, green, blue = to_uint8(images).double().unbind(1)
    levels = 16 + (65.481 * red + 128.553 * green + 24.966 * blue) / 255
    return (levels / 127.5 - 1)[:, None, BORDER:-BORDER, BORDER:-BORDER]


def bicubic(images: Tensor) -> Tensor:
    """N×3×h×w enlarged by Pillow."""
    large = []
    for pixels in to_uint8(images).permute(0, 2, 3, 1).numpy():
        size = (SCALE * pixels.shape[1], SCALE * pixels.shape[0])
        large.append(np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC)))
    return to_unit_range(torch.from_numpy(np.stack(large)).permute(0, 3, 1, 2))


class Enlarged(Task):
    recipe, steps, width = "srgan", 5_000, 32
    stages, first = ("SRResNet", "adversarial"), 0.8  # with its features a step of the second takes five of the first
    columns = {"psnr": "PSNR of Y, dB", "lpips": "LPIPS"}  # noqa: RUF012
    protocol = f"×{SCALE}; PSNR without a border of {BORDER} pixels, LPIPS with AlexNet."

    def methods(self, steps: int, width: int) -> dict[str, Tree]:
        return {
            "srgan": {
                "data": {"input": f"downsample:{SCALE}"},
                "game": {
                    "generator": {"name": "srresnet", "width": width, "blocks": BLOCKS, "global_skip": True},
                    "discriminator": {"name": "vgg-discriminator", "width": width},
                    "pretraining": self.first_steps(steps),
                },
                "training": {"batch_size": 8, "optimisers": {"pretraining": PRETRAINING}},
            }
        }

    def samples(self) -> Samples:
        return opened(self.source, input=f"downsample:{SCALE}")

    def score(self, made: Tensor) -> Scores:
        wanted = truth(self.samples())
        return {"psnr": float(psnr(luma(made), luma(wanted)).mean()), "lpips": distance(made, wanted)}

    def check(self, game: Game) -> Scores:
        return self.score(translate(game, given(self.samples())))

    def references(self) -> dict[str, Scores]:
        return {BICUBIC: self.score(bicubic(given(self.samples())))}

    def marks(self, rows: Mapping[str, Scores]) -> dict[str, bool]:
        others, gain = (rows[BICUBIC], rows[FIRST]), rows[FIRST]["psnr"] - rows[BICUBIC]["psnr"]
        return {
            f"SRResNet {GAIN} dB above bicubic ({gain:+.2f})": gain >= GAIN,
            "LPIPS of the adversarial stage below both": all(rows[OURS]["lpips"] < other["lpips"] for other in others),
        }

    def shown(self, game: Game, count: int) -> list[Tensor]:
        images, wanted = given(self.samples()), truth(self.samples())
        rows = evenly(len(images), count)
        small = images[rows]
        return [small.repeat_interleave(SCALE, 2).repeat_interleave(SCALE, 3), translate(game, small), wanted[rows]]


TASKS = (Enlarged("srgan photos", "photo-patches"), Enlarged("srgan emoji", "emoji-fluent"))
