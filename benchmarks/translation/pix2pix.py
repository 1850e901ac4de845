"""Paired: emoji painted from their edges and from their grey values, of glyphs that nobody trained on.

What the discriminator is worth shows beside the same U-Net in as many steps that learns from L1 alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from benchmarks.translation.held_out import evenly, given, opened, truth
from benchmarks.translation.judges import distance
from benchmarks.translation.task import Scores, Task
from ganworks.data.samples import Samples
from ganworks.games.game import Game
from ganworks.games.translation import translate
from ganworks.losses.objectives import nonsaturating
from ganworks.losses.reconstruction import l1
from ganworks.record.grid import in_colour
from ganworks.tree import Tree, merge

OURS, ALONE = "pix2pix", "L1 alone"


class Deaf:
    """An objective of which D's side is played as ever, and to which G does not listen."""

    discriminator = staticmethod(nonsaturating.discriminator)

    @staticmethod
    def generator(fake: Tensor) -> Tensor:
        return 0 * fake.mean()


@dataclass(frozen=True)
class Paired(Task):
    """Emoji from an input that is made of them: `made` says how."""

    made: str

    recipe, steps, width, seeds = "pix2pix", 4_000, 16, 3
    columns = {"lpips": "LPIPS", "l1": "L1"}  # noqa: RUF012
    protocol = (
        "LPIPS with AlexNet; L1 of values from 0 to 1; both on the test glyphs. L1 alone: the same U-Net, settings and"
        " steps with an adversarial term of 0."
    )

    def methods(self, steps: int, width: int) -> dict[str, Tree]:
        # With transposed convolutions, as published, what it paints has a checkerboard, which L1 alone has not.
        unet = {"name": "unet", "width": width, "up": "nearest"}
        players = {"generator": unet, "discriminator": {"name": "patchgan", "width": width}}
        tree: Tree = {"data": {"input": self.made}, "game": players}
        return {OURS: tree, ALONE: merge(tree, {"game": {"objective": f"{__name__}:{Deaf.__name__}"}})}

    def samples(self, split: str = "test") -> Samples:
        return opened(self.source, split, input=self.made)

    def score(self, made: Tensor) -> Scores:
        wanted = truth(self.samples())
        return {"lpips": distance(made, wanted), "l1": float(l1(made, wanted)) / 2}

    def check(self, game: Game) -> Scores:
        return self.score(translate(game, given(self.samples())))

    def references(self) -> dict[str, Scores]:
        images, mean = given(self.samples()), truth(self.samples("train")).mean(0)
        return {
            "copied input": self.score(in_colour(images)),
            "mean image": self.score(mean.expand(len(images), -1, -1, -1)),
        }

    def marks(self, rows: Mapping[str, Scores]) -> dict[str, bool]:
        naive = (rows["copied input"], rows["mean image"])
        ours = rows[OURS]
        return {
            "LPIPS below all others'": all(ours["lpips"] < other["lpips"] for other in (*naive, rows[ALONE])),
            "L1 below the copied input's and the mean image's": all(ours["l1"] < other["l1"] for other in naive),
        }

    def shown(self, game: Game, count: int) -> list[Tensor]:
        images, wanted = given(self.samples()), truth(self.samples())
        rows = evenly(len(images), count)
        return [images[rows], translate(game, images[rows]), wanted[rows]]


TASKS = (Paired("pix2pix edges", "emoji-fluent", "edges"), Paired("pix2pix grey", "emoji-fluent", "grey"))
