"""Which classes of MNIST at 32×32 methods forget as training goes on, up to 50,000 updates.

Total variation between the class histogram of 10,000 generated images and that of all training images, both as the
toolkit's own classifier of those sees them, and the Fréchet distance of its features. Published on native 28×28 digits
with batches of 128 (github.com/brycesandlund/paired-discriminator, 2026): vanilla .14 after 10,000 updates and .34
after 50,000.

All methods have DCGANs of width 16 and batches of 64, so that a step takes some 25 ms of one core. `vanilla` is the
recipe dcgan, which has the rates of its paper, Adam 2e-4 and β₁ .5; `without norms in D` the same without batch norm in
D, as in the published runs; `default` the recipe r3gan. `dense` is the recipe gan as it is, the dense players of
Goodfellow et al. 2014 on batches of 128.
"""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import torch

from benchmarks.long_training import LongTraining, all_of, asked, print_curves
from benchmarks.report import print_table
from ganworks.config import DataSettings
from ganworks.data.batches import to_uint8
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.games.game import Game
from ganworks.games.generation import chunks
from ganworks.recipes import DEFAULT
from ganworks.scores.evaluation.describing import stored
from ganworks.scores.evaluation.judge import Judge
from ganworks.tree import Tree

STEPS, EVERY, WIDTH = 50_000, 2_500, 16
WARM = 5_000
"""Updates from which on the mark holds at every check."""
JUDGED, MARK = 10_000, 0.1

Method = tuple[str, Tree]


def methods(width: int) -> dict[str, Method]:
    """By name the recipe that a method begins from, and what it changes."""
    normed = {"name": "dcgan", "width": width}
    plain = {**normed, "batch_norm": False}

    def sized(discriminator: Tree) -> Tree:
        return {"game": {"generator": normed, "discriminator": discriminator}, "training": {"batch_size": 64}}

    return {
        "vanilla": ("dcgan", sized(normed)),
        "without norms in D": ("dcgan", sized(plain)),
        "default": (DEFAULT, sized(plain)),
        "dense": ("gan", {}),
    }


@cache
def digits(split: str) -> Samples:
    """MNIST at 32×32."""
    samples = open_samples(DataSettings(source="mnist", split=split, resolution=32))
    assert isinstance(samples, Samples)
    return samples


@cache
def judge() -> Judge:
    """Who compares with all training images."""
    return Judge(digits("train"), len(digits("train")))


def check(game: Game) -> dict[str, Any]:
    """The scores of the images of the same latents every time."""
    return judge().of_samples(torch.cat([to_uint8(batch) for batch in chunks(game, JUDGED, seed=1)]))


def real() -> dict[str, Any]:
    """The scores of test images, which are what a perfect generator has."""
    test = digits("test")
    return judge().of_samples(stored(test, torch.arange(min(JUDGED, len(test))))[0])


def cell(name: str, seed: int, steps: int, threads: int, width: int) -> dict[str, Any]:
    """What was found of a method with a seed."""
    recipe, method = methods(width)[name]
    method = {**method, "data": {"resolution": 32}}
    training = LongTraining("images", name.replace(" ", "_"), recipe, method, "mnist", seed, threads)
    return training.checked(steps, EVERY, check)


def is_met(result: dict[str, Any], weights: str) -> bool:
    """Whether the total variation is within the mark at every check from WARM on, and at the last in any case."""
    checks = result["checks"]
    counted = [line for line in checks if line["step"] >= WARM] or checks[-1:]
    return result["diverged"] is None and all(line[weights]["total_variation"] <= MARK for line in counted)


def row(name: str, seed: int, result: dict[str, Any]) -> list[object]:
    """What the average and the live weights came to, the worst on the way from WARM on, and how it went."""
    checks = result["checks"]
    late = [line for line in checks if line["step"] >= WARM] or checks[-1:]
    if result["diverged"] or not checks:
        return [name, seed, f"diverged before {result['diverged']:,}", *[""] * 9, result["ms"], result["doctor"]]
    numbers: list[object] = []
    for weights in ("averaged", "live"):
        last = checks[-1][weights]
        worst = max(line[weights]["total_variation"] for line in late)
        met = "met" if is_met(result, weights) else "missed"
        numbers += [f"{last['total_variation']:.3f} ({worst:.3f})", met, f"{100 * last['rarest']:.1f}", last["frechet"]]
    return [name, seed, f"{checks[-1]['step']:,}", *numbers, result["ms"], result["doctor"]]


def pair(name: str, line: dict[str, Any]) -> str:
    """A score of the averaged and of the live weights in a check."""
    return " / ".join(f"{line[weights][name]:.3g}" for weights in ("averaged", "live"))


def main() -> None:
    known = list(methods(WIDTH))
    options = asked(__doc__, known, "vanilla,default", STEPS, WIDTH)
    floor = real()  # first, so that the classifier is in the cache before several processes want it
    places, results = all_of(cell, options, known)
    each = ["TV (worst)", f"≤ {MARK}", "rarest %", "Fréchet"]
    print_table(
        f"MNIST 32×32 after {options.steps:,} updates, {JUDGED:,} images, width {options.width}",
        ["method", "seed", "updates", *each, *(f"{name}, live" for name in each), "ms a step", "doctor"],
        [
            ["real test images", "", "", *of_real(floor), *[""] * 6],
            *(row(*place, result) for place, result in zip(places, results, strict=True)),
        ],
        f"Averaged weights, then those trained last. Worst, and the mark: of all checks from {WARM:,} updates on."
        " ms a step: the median of what the run logged.",
    )
    for score, title in (("total_variation", "class histogram, total variation"), ("frechet", "Fréchet distance")):
        print_curves(f"MNIST on the way: {title}, averaged / live", places, results, partial(pair, score))


def of_real(floor: dict[str, Any]) -> list[object]:
    return [f"{floor['total_variation']:.3f}", "", f"{100 * floor['rarest']:.1f}", floor["frechet"]]


if __name__ == "__main__":
    main()
