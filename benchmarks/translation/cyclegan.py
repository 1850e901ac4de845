"""Unpaired: Google's emoji in Microsoft's style and back, trained on halves that share no glyph.

Judged on 160 held-out glyphs that both vendors drew, one of each base glyph, so that none has a sibling.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from torch import Tensor, arange

from benchmarks.translation import judges
from benchmarks.translation.held_out import evenly, given, opened, stems, truth
from benchmarks.translation.task import Scores, Task
from ganworks.data.catalogue.glyphs import base_glyph
from ganworks.data.samples import some
from ganworks.games.game import Game
from ganworks.games.translation import Direction, translate
from ganworks.scores.extractors.classifier_network import Classifier
from ganworks.scores.psnr import psnr
from ganworks.tree import Tree

CANDIDATES = 160
GIVEN, WANTED = "emoji-google", "emoji-fluent"
ADAM = {"name": "adam", "lr": 4e-4, "betas": (0.5, 0.999)}
PENALTY = {"gamma": 0.05, "every": 4}
# To shade a flat area one must see where its edges are, and the recipe's residual translator does not look that far.
UNET = {"name": "unet", "norm": "instance", "dropout": 0.0, "up": "nearest"}
OURS, UNTOUCHED, COUNTERPART = "cyclegan", "input as it is", "true counterpart"


@cache
def pairs() -> tuple[Tensor, Tensor]:
    """Held-out glyphs of both vendors, in [-1, 1]."""
    samples = opened(WANTED, input=GIVEN)
    _, first = np.unique([base_glyph(stem) for stem in stems(samples)], return_index=True)
    chosen = some(samples, np.sort(first)[:CANDIDATES])
    return given(chosen), truth(chosen)


@cache
def vendors() -> Classifier:
    """Tells the vendors' training glyphs apart: 0 is the input's, 1 the wanted one."""
    return judges.classifier([truth(opened(vendor, "train")) for vendor in (GIVEN, WANTED)])


def score(made: Tensor, wanted: Tensor, vendor: int) -> Scores:
    """How many look like the vendor's, and how many most like their own counterpart, in percent."""
    called = vendors().probabilities(made).argmax(1) == vendor
    found = judges.likeness(made, wanted).argmax(1) == arange(len(made))
    return {"called": judges.share(called), "found": judges.share(found)}


def both_ways(there: Scores, back: Scores) -> Scores:
    return {**there, **{f"back_{measure}": value for measure, value in back.items()}}


@dataclass(frozen=True)
class Unpaired(Task):
    recipe, steps, width = "cyclegan", 5_800, 16
    columns = {  # noqa: RUF012
        "called": "Fluent: called so, %",
        "found": "own counterpart, %",
        "cycle": "and back, dB",
        "back_called": "Google: called so, %",
        "back_found": "own counterpart, %",
        "back_cycle": "and back, dB",
    }
    protocol = (
        f"Google's held-out glyphs into Fluent, and Fluent's into Google. Called so: by a classifier of both vendors'"
        f" training glyphs, whose own accuracy is in the row {COUNTERPART!r}. Own counterpart: the nearest of the"
        f" {CANDIDATES} by features of EfficientNet-Lite0. And back: PSNR of there and back beside where it began."
    )

    def methods(self, steps: int, width: int) -> dict[str, Tree]:
        return {
            OURS: {
                "data": {"input": f"{GIVEN}-a", "paired": False},
                "game": {
                    "generator": {**UNET, "width": width},
                    "discriminator": {"width": 2 * width},
                    # By least squares alone, as published, D wins at so few steps.
                    "objective": "relativistic",
                    "penalties": {"r1": PENALTY, "r2": PENALTY},
                    "identity": 0.0,  # which the paper has for paintings alone, where colours are to stay
                    "cycle": 1.0,
                },
                # The recipe's rate and batches of one are those of many more steps.
                "training": {
                    "batch_size": 4,
                    "precision": "fp32",
                    "schedule": {"decay_from": steps // 2, "decay_to": steps},
                    "optimisers": {"generator": ADAM, "discriminator": ADAM},
                },
            }
        }

    def check(self, game: Game) -> Scores:
        here, there = pairs()
        return both_ways(
            self.one_way(game, here, there, "a2b", "b2a", 1), self.one_way(game, there, here, "b2a", "a2b", 0)
        )

    def one_way(
        self, game: Game, images: Tensor, wanted: Tensor, way: Direction, back: Direction, vendor: int
    ) -> Scores:
        made = translate(game, images, direction=way)
        again = translate(game, made, direction=back)
        return {**score(made, wanted, vendor), "cycle": float(psnr(again, images).mean())}

    def references(self) -> dict[str, Scores]:
        here, there = pairs()
        return {
            UNTOUCHED: both_ways(score(here, there, 1), score(there, here, 0)),
            COUNTERPART: both_ways(score(there, there, 1), score(here, here, 0)),
        }

    def marks(self, rows: Mapping[str, Scores]) -> dict[str, bool]:
        ours, untouched = rows[OURS], rows[UNTOUCHED]
        kept = ours["found"] / untouched["found"]
        return {
            "80 % of translations into Fluent called so": ours["called"] >= 80,
            f"own counterpart found .8 times as often as for the input ({kept:.2f})": kept >= 0.8,
            "found more often than for the input (stretch)": kept > 1,
        }

    def shown(self, game: Game, count: int) -> list[Tensor]:
        rows = evenly(len(pairs()[0]), count)
        here, there = (images[rows] for images in pairs())
        return [here, translate(game, here), there]


TASKS = (Unpaired("cyclegan", "emoji-fluent-b"),)
