"""How many of the 1000 modes of Stacked MNIST methods find, and how evenly.

The budget of GDPP (Elfeki et al. 2018, arXiv:1812.00068): 15,000 iterations of batches of 64, z of 128 numbers. Data
and metric of VEEGAN and PacGAN (arXiv:1705.07761, arXiv:1712.04086): 128,000 fixed 3×28×28 stacks, 26,000 generated
ones, whose modes a classifier of MNIST's training digits names channel by channel, and KL(their histogram ‖ uniform).

All methods have the same DCGAN of width 32; only what penalises gradients leaves out batch norm in D, which its paper
demands, and packing gives D more channels. Vanilla and PacGAN have the rates of the DCGAN paper, WGAN-GP those and the
five critic steps of its own, the others those of the recipe r3gan. R1 and R2 are taken at every step: taken now and
then they fail on this set (arXiv:2501.05441, appendix E).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks import report
from benchmarks.long_training import LongTraining, all_of, asked, print_curves
from ganworks.config import DataSettings
from ganworks.data.batches import to_uint8
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.data.stacked import stacked
from ganworks.games.game import Game
from ganworks.games.generation import chunks
from ganworks.scores.extractors import extractor
from ganworks.scores.stacked_mnist import channel_verdicts, stacked_modes
from ganworks.tree import Tree, merge

STEPS, EVERY, WIDTH = 15_000, 1_500, 32
STACKS, JUDGED = 128_000, 26_000
MODES, DIVERGENCE = 995, 0.15
GAMMAS = 1.0, 0.1
"""Of the recipe, and the least of those between which R3GAN's own runs on this set go (arXiv:2501.05441)."""

Method = tuple[str, Tree]


def methods(width: int) -> dict[str, Method]:
    """By name the recipe that a method begins from, and what it changes."""
    normed = {"name": "dcgan", "width": width}
    plain = {**normed, "batch_norm": False}
    shared: Tree = {"game": {"generator": normed, "latent": {"size": 128}}, "training": {"batch_size": 64}}
    vanilla = merge(shared, {"game": {"discriminator": normed}})
    penalised = merge(shared, {"game": {"discriminator": plain}})
    zero_centred = {gamma: {"r1": {"gamma": gamma, "every": 1}, "r2": {"gamma": gamma, "every": 1}} for gamma in GAMMAS}
    default, gentle = (merge(penalised, {"game": {"penalties": penalties}}) for penalties in zero_centred.values())
    return {
        "vanilla": ("dcgan", vanilla),
        "PacGAN2": ("dcgan", merge(vanilla, {"game": {"stabilisers": {"packing": {"size": 2}}}})),
        "R1 + R2": ("r3gan", merge(default, {"game": {"objective": "nonsaturating"}})),
        "relativistic + R1 + R2": ("r3gan", default),
        f"relativistic + R1 + R2 of {GAMMAS[1]}": ("r3gan", gentle),
        "WGAN-GP": ("wgan_gp", penalised),
    }


@cache
def digits(split: str) -> Samples:
    samples = open_samples(DataSettings(source="mnist", split=split))
    assert isinstance(samples, Samples)
    return samples


def stacks_of(split: str, count: int, seed: int = 0) -> Tensor:
    """uint8 stacks of the digits of a split."""
    samples = digits(split)
    grey, labels = (torch.from_numpy(np.array(values)) for values in (samples.values, samples.labels))
    return stacked(grey, labels, count, seed)[0]


@cache
def classifier() -> Any:
    """The classifier of the training digits."""
    return extractor("classifier", digits("train"))


def judged(stacks: Tensor) -> dict[str, Any]:
    """Modes and divergence of stacks."""
    modes, divergence = stacked_modes(channel_verdicts(stacks, classifier().probabilities))
    return {"modes": modes, "kl": divergence}


def real(split: str) -> dict[str, Any]:
    """Modes and divergence of stacks of real digits of a split: what a perfect generator has."""
    name = f"real-{split}-{JUDGED}-{classifier().name}"
    return report.cell("stacked_mnist", name, lambda: judged(stacks_of(split, JUDGED, seed=1)))


def check(game: Game) -> dict[str, Any]:
    """Modes and divergence of the stacks of the same latents every time."""
    return judged(torch.cat([to_uint8(batch) for batch in chunks(game, JUDGED, seed=1)]))


def cell(name: str, seed: int, steps: int, threads: int, width: int) -> dict[str, Any]:
    """What a method found with a seed."""
    recipe, method = methods(width)[name]
    data = stacks_of("train", STACKS).numpy()
    training = LongTraining("stacked_mnist", name.replace(" ", "_"), recipe, method, data, seed, threads)
    return training.checked(steps, EVERY, check)


def is_met(found: dict[str, Any]) -> bool:
    return bool(found["modes"] >= MODES and found["kl"] <= DIVERGENCE)


def row(name: str, seed: int, result: dict[str, Any]) -> list[object]:
    """What was found last of the average and of the live weights, whether that meets the marks, and how it went."""
    if result["diverged"]:
        return [name, seed, f"diverged before {result['diverged']:,}", *[""] * 5, result["ms"], result["doctor"]]
    last = result["checks"][-1]
    numbers = [last[weights][key] for weights in ("averaged", "live") for key in ("modes", "kl")]
    met = [("missed", "met")[is_met(last[weights])] for weights in ("averaged", "live")]
    return [name, seed, f"{last['step']:,}", *numbers, " / ".join(met), result["ms"], result["doctor"]]


def told(line: dict[str, Any]) -> str:
    """Modes and divergence of the averaged weights in a check."""
    return f"{line['averaged']['modes']} / {line['averaged']['kl']:.2f}"


def main() -> None:
    known = list(methods(WIDTH))
    usual = ",".join(known[:-1])  # WGAN-GP takes four times as long
    options = asked(__doc__, known, usual, STEPS, WIDTH)
    # First, so that the classifier is in the cache before several processes want it.
    floors = [(f"real {split} digits", real(split)) for split in ("train", "test")]
    places, results = all_of(cell, options, known)
    headings = ["modes", "KL", "modes, live", "KL, live", f"≥ {MODES} and ≤ {DIVERGENCE}", "ms a step", "doctor"]
    report.print_table(
        f"Stacked MNIST after {options.steps:,} iterations of 64, {JUDGED:,} samples, width {options.width}",
        ["method", "seed", "iterations", *headings],
        [
            *([name, "", "", found["modes"], found["kl"], *[""] * 5] for name, found in floors),
            *(row(*place, result) for place, result in zip(places, results, strict=True)),
        ],
        "Averaged weights, and those trained last; the marks likewise. ms a step: the median of what the run logged.",
    )
    print_curves("Stacked MNIST on the way: modes / KL of the averaged weights", places, results, told)


if __name__ == "__main__":
    main()
