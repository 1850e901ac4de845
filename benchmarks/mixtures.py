"""Which methods find all modes of a mixture of Gaussians, how evenly and how wide, over ten seeds.

The protocol of PacGAN (Lin et al. 2018, arXiv:1712.04086): counts and reverse KL of 2,500 fixed latents; a sample is
good (HQ) within 3σ of its nearest mode. A perfect sampler has 98.9 % of those and a reverse KL of .0014 on the ring,
.0048 on the grid. Widths are measured on 10,000. Every number is of the live weights, and the averaged ones, which a
run is sampled with, are held against the marks too.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Any

import torch

from benchmarks import report
from ganworks.config import Configuration, DataSettings
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.data.standard import original
from ganworks.data.toys import TOYS
from ganworks.games.game import Game
from ganworks.launch import assemble
from ganworks.networks.evaluating import evaluating
from ganworks.recipes import configure, find_recipe
from ganworks.scores.mixture_modes import mixture_modes
from ganworks.training.window import DivergenceError
from ganworks.tree import Tree, merge

SEEDS, STEPS, CHECKS, HELD = 10, 25_000, 50, 5
COUNTED, MEASURED = 2_500, 10_000
SETS = ("ring", "ring-rotated", "grid", "grid-rotated", "grid-staggered")

PLAYER = {"name": "mlp", "hidden": (128, 128, 128)}
ADAM = {"name": "adam", "lr": 2e-4, "betas": (0.5, 0.999)}
VANILLA: Tree = {
    "game": {"generator": PLAYER, "discriminator": PLAYER, "latent": {"size": 16}},
    "training": {"batch_size": 256, "optimisers": {"generator": ADAM, "discriminator": ADAM}},
}
R1: Tree = {"r1": {"gamma": 0.1}}
R1_R2: Tree = {**R1, "r2": {"gamma": 0.1}}

METHODS: dict[str, tuple[str, Tree]] = {
    "vanilla": ("gan", VANILLA),
    "PacGAN2": ("gan", merge(VANILLA, {"game": {"stabilisers": {"packing": {"size": 2}}}})),
    "PacGAN4": ("gan", merge(VANILLA, {"game": {"stabilisers": {"packing": {"size": 4}}}})),
    "gradient penalty": ("gan", merge(VANILLA, {"game": {"penalties": {"gradient": {"weight": 0.1}}}})),
    "R1": ("gan", merge(VANILLA, {"game": {"penalties": R1}})),
    "R1 + R2": ("gan", merge(VANILLA, {"game": {"penalties": R1_R2}})),
    "relativistic": ("gan", merge(VANILLA, {"game": {"objective": "relativistic"}})),
    "relativistic + R1 + R2": ("gan", merge(VANILLA, {"game": {"objective": "relativistic", "penalties": R1_R2}})),
    "toy": ("toy", {}),
}
"""The recipe that a method begins from, and what it changes."""


@dataclass(frozen=True)
class Marks:
    """What a generator of a set must reach: modes, good share, reverse KL, and eigenvalue ratios where they bind."""

    modes: int
    good: float
    reverse_kl: float
    widths: tuple[float, float] = (0.0, float("inf"))

    def met(self, check: dict[str, Any]) -> bool:
        narrow, wide = self.widths
        return bool(
            check["modes"] >= self.modes
            and check["good"] >= self.good
            and check["reverse_kl"] <= self.reverse_kl
            and narrow <= check["smallest"]
            and check["largest"] <= wide
        )


RING, GRID, HUNDRED = Marks(8, 0.95, 0.01), Marks(25, 0.93, 0.02, (0.5, 1.5)), Marks(98, 0.95, float("inf"))
MARKS = {name: HUNDRED if name == "grid-100" else RING if name.startswith("ring") else GRID for name in TOYS}


def configured(method: str, toy: str, seed: int, steps: int) -> Configuration[Any]:
    """A method on a set, in one thread; what changes on the way does so as early in a shorter run as in a full one."""
    recipe, overrides = METHODS[method]
    training: Tree = {"steps": steps, "seed": seed, "device": "cpu", "threads": 1, "precision": "fp32"}
    whole = configure(recipe, overrides)
    schedule = whole.training.schedule
    if schedule.decay_to is not None:
        begins = (schedule.decay_from or 0) * steps // STEPS
        ends = max(begins + 1, schedule.decay_to * steps // STEPS)
        training["schedule"] = {"decay_from": begins, "decay_to": ends}
    penalties: Tree = {
        name: {"anneal": (anneal[0], max(1, anneal[1] * steps // STEPS))}
        for name, chosen in whole.game.penalties.items()
        if (anneal := chosen.get("anneal"))
    }
    return configure(
        recipe, overrides, {"data": {"source": toy}, "game": {"penalties": penalties}, "training": training}
    )


def train(method: str, toy: str, seed: int, steps: int) -> dict[str, Any]:
    """Train one cell; `checks` holds what the live weights made after every fiftieth of the steps.

    A run whose numbers are no longer finite ends there, with `diverged` true.
    """
    samples = open_samples(DataSettings(source=toy))
    assert isinstance(samples, Samples)
    trainer, _ = assemble(configured(method, toy, seed, steps), samples)
    every, checks, begun, diverged = max(1, steps // CHECKS), [], time.perf_counter(), False
    try:
        for step in range(1, steps + 1):
            trainer.step()
            if step % every == 0:
                trainer.losses()
                checks.append({"step": step, **check(trainer.game, toy)})
    except DivergenceError:
        diverged = True
    with trainer.average.in_place_of(trainer.game):
        averaged = None if diverged else check(trainer.game, toy)
    seconds = time.perf_counter() - begun
    return {"checks": checks, "averaged": averaged, "diverged": diverged, "seconds": round(seconds, 1)}


@torch.no_grad()
def check(game: Game, toy: str) -> dict[str, Any]:
    """What the generator makes of the same latents every time; a mode without width counts as of width 0."""
    random = torch.Generator().manual_seed(0)
    latents, labels = game.draw_latents(MEASURED, random), game.draw_labels(MEASURED, random)
    with evaluating(game):
        points = original(game.generate(latents, labels), game.spec)
    mixture = TOYS[toy]()
    counted, measured = mixture_modes(points[:COUNTED], mixture), mixture_modes(points, mixture)
    ratios = measured.eigenvalue_ratios.nan_to_num(0.0)
    return {
        "modes": counted.captured,
        "covered": counted.covered,
        "good": counted.high_quality,
        "reverse_kl": counted.reverse_kl,
        "smallest": float(ratios.min()),
        "narrowest": measured.narrowest,
        "largest": float(ratios.max()),
        "mode_tv": counted.total_variation,
        "good_of_10000": measured.high_quality,
        "reverse_kl_of_10000": measured.reverse_kl,
    }


Place = tuple[str, str, int]


def cell(place: Place, steps: int) -> dict[str, Any]:
    """The cell of a method, a set and a seed, trained unless it was before."""
    method, toy, seed = place
    name = f"{toy}-{method.replace(' ', '_')}-{steps}-{seed}"
    recipe, overrides = METHODS[method]
    settings = merge(dict(find_recipe(recipe).settings), overrides)
    measured = report.cell("mixtures", name, partial(train, method, toy, seed, steps), of=settings)
    last = measured["checks"][-1] if measured["checks"] else {}
    print(f"{name}: {', '.join(f'{key} {report.shown(value)}' for key, value in last.items())}", flush=True)
    return measured


def cells(places: Sequence[Place], steps: int, jobs: int) -> dict[Place, dict[str, Any]]:
    """All of them, by `jobs` processes of one thread each."""
    work: Callable[[Place], dict[str, Any]] = partial(cell, steps=steps)
    if jobs == 1:
        return {place: work(place) for place in places}
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        return dict(zip(places, pool.map(work, places), strict=True))


COLUMNS = ("modes", "covered", "good", "reverse_kl", "smallest", "largest", "mode_tv")
HIGHER_IS_BETTER = ("modes", "covered", "good", "smallest")
HEADINGS = ("modes", "covered", "HQ %", "rKL", "smallest ratio", "largest ratio", "mode TV")


def row(toy: str, method: str, found: Sequence[dict[str, Any]]) -> list[object]:
    """Mean and worst of the last checks; how many met the marks, in the last five checks too, and with the average."""
    done = [one["checks"] for one in found if not one["diverged"]]
    texts = [f"{len(found)} diverged"] * len(COLUMNS)
    if done:
        texts = [summary(name, [checks[-1][name] for checks in done]) for name in COLUMNS]
    met = [all(MARKS[toy].met(check) for check in checks[-HELD:]) for checks in done]
    last = [MARKS[toy].met(checks[-1]) for checks in done]
    averaged = [MARKS[toy].met(one["averaged"]) for one in found if not one["diverged"]]
    return [toy, method, *texts, *(f"{sum(ones)}/{len(found)}" for ones in (last, met, averaged))]


def summary(name: str, values: Sequence[float]) -> str:
    """The mean, and the worst in brackets; shares in percent."""
    worst = min(values) if name in HIGHER_IS_BETTER else max(values)
    scale = 100 if name == "good" else 1
    return f"{scale * sum(values) / len(values):.3g} ({scale * worst:.3g})"


def chosen(names: str, known: Sequence[str]) -> list[str]:
    """Names separated by commas, or all of them."""
    picked = list(known) if names == "all" else [name.strip() for name in names.split(",")]
    if unknown := [name for name in picked if name not in known]:
        raise SystemExit(f"unknown {', '.join(unknown)}: choose among {', '.join(known)}")
    return picked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default=",".join(SETS), help=f"of {', '.join(TOYS)}, separated by commas")
    parser.add_argument("--methods", default="all", help="of the table, separated by commas, or all")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--jobs", type=int, default=1, help="processes of one thread each")
    options = parser.parse_args()
    toys = chosen(options.sets, list(TOYS))
    methods = chosen(options.methods, list(METHODS))
    places = [(method, toy, seed) for toy in toys for method in methods for seed in range(options.seeds)]
    found = cells(places, options.steps, options.jobs)
    rows = [
        row(toy, method, [found[method, toy, seed] for seed in range(options.seeds)])
        for toy in toys
        for method in methods
    ]
    report.print_table(
        f"Mixtures after {options.steps:,} generator updates: mean (worst) of {options.seeds} seeds",
        ["set", "method", *HEADINGS, "marks", f"held {HELD} checks", "averaged"],
        rows,
        "Marks: ring 8 modes, HQ ≥ 95 %, rKL ≤ .01; grid 25, ≥ 93 %, ≤ .02, ratios in [.5, 1.5]; 100: ≥ 98, ≥ 95 %.",
    )


if __name__ == "__main__":
    main()
