"""What each stabiliser does to the plain game: on a grid of Gaussians, MNIST and emoji, with it less without it.

The plain game is that of 2014 and 2015: non-saturating, Adam, dense players (grid) or a narrow DCGAN (images), scored
by its live weights. What is refused in the first of a set's two games is measured in the other, beside that without it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from math import sqrt
from multiprocessing import get_context
from typing import Any

import torch

from benchmarks import mixtures, report
from ganworks.config import Configuration, DataSettings
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.errors import UsageError
from ganworks.games.game import Game
from ganworks.launch import assemble, fresh_game
from ganworks.lookup import names
from ganworks.recipes import configure, find_recipe
from ganworks.scores.evaluation.judge import Judge
from ganworks.training.window import DivergenceError
from ganworks.tree import Tree, as_options, merge

SEEDS, SCORED, LOSSES_EVERY = 3, 3_000, 50
PENALTIES = names("ganworks.losses.penalties", "penalty")
STABILISERS = names("ganworks.stabilisers", "stabiliser")
HABITS: dict[str, Tree] = {
    "clipped gradients": {"training": {"clip_gradients": 1.0}},
    "two turns of D": {"game": {"discriminator_steps": 2}},
    "two rates": {"training": {"optimisers": {"generator": {"lr": 5e-4}, "discriminator": {"lr": 2e-3}}}},
    "averaged G": {"training": {"average": {"decay": 0.99}}},
    "PReLU in G": {"game": {"stabilisers": {"activation": {"kind": "prelu"}}}},
    "two-sided targets": {"game": {"stabilisers": {"label-smoothing": {"real": (0.7, 1.2), "fake": (0.0, 0.3)}}}},
    "adaptive augmentation": {"game": {"stabilisers": {"augmentation": {"probability": "adaptive", "ramp": 10_000}}}},
    "dropout at generation": {"game": {"stabilisers": {"dropout": {"at_generation": True}}}},
    "instance norm in G": {"game": {"stabilisers": {"normalisation": {"kind": "instance"}}}},
    "uniform z": {"game": {"latent": {"distribution": "uniform"}}},
    "nearest neighbours up": {"game": {"generator": {"up": "nearest"}}},
    "averages down": {"game": {"discriminator": {"down": "average"}}},
    "wider D": {},
    "deeper D": {"game": {"discriminator": {"hidden": (128,) * 5}}},
    "smaller players": {},
    "labels": {},
}
"""What else is said to help, as it changes any set's configuration; widths are a set's own, labels another recipe's."""
METHODS = (*STABILISERS, *PENALTIES, *HABITS)


@dataclass(frozen=True)
class Plan:
    """A set, its plain games by what tells them apart, what is measured, after how many steps, and the habits that
    change each set in its own way.
    """

    recipe: str
    data: Tree
    games: Mapping[str, Tree]
    measures: Mapping[str, str]
    steps: int
    own: Mapping[str, Tree]


# The published 2e-4 learns too little in so few steps: HQ 1 % on the grid after 5,000, where 1e-3 has 43 %.
ADAM = {"name": "adam", "lr": 1e-3, "betas": (0.5, 0.999)}
PLAYERS = {"generator": ADAM, "discriminator": ADAM}
DENSE = merge(mixtures.VANILLA, {"training": {"batch_size": 128, "optimisers": PLAYERS}})
POINTS = {
    "no batch norm": DENSE,
    "batch norm": merge(DENSE, {"game": {"stabilisers": {"normalisation": {"kind": "batch", "on": "both"}}}}),
}
NARROW: Tree = {
    "game": {"generator": {"width": 16}, "discriminator": {"width": 16}},
    "training": {"batch_size": 64, "optimisers": PLAYERS},
}
IMAGES = {"batch norm": NARROW, "none in D": merge(NARROW, {"game": {"discriminator": {"batch_norm": False}}})}


def sizes(wide: Tree, small: Tree) -> dict[str, Tree]:
    """The habits that are a matter of how large a player is."""
    return {
        "wider D": {"game": {"discriminator": wide}},
        "smaller players": {"game": {"generator": small, "discriminator": small}},
    }


MLPS = sizes({"hidden": (256, 256, 256)}, {"hidden": (64, 64, 64)})
DCGANS = sizes({"width": 32}, {"width": 8})
FOUND = {"modes": "modes", "good": "HQ share", "reverse_kl": "rKL"}
DISTANCE = {"frechet": "Fréchet"}
SETS = {
    "grid": Plan("gan", {"source": "grid"}, POINTS, FOUND, 5_000, MLPS),
    "mnist": Plan("dcgan", {"source": "mnist"}, IMAGES, {**DISTANCE, "total_variation": "class TV"}, 600, DCGANS),
    "emoji": Plan("dcgan", {"source": "emoji-fluent", "resolution": 32}, IMAGES, DISTANCE, 600, DCGANS),
}


def settings_of(method: str, name: str, steps: int) -> Tree:
    """Where the default does not suit a plain game of so few steps, or of points whose modes are .05 wide."""
    match method, name:
        case "normalisation", _:
            return {"kind": "layer", "on": "both"}
        case "instance-noise", _:
            return {"until": max(1, steps // 2)}
        case "minibatch-discrimination", "grid":  # where the default takes five plain steps a step
            return {"kernels": 8, "dimensions": 4}
        case (("r1" | "r2"), "grid"):
            return {"gamma": 0.1}
        case (("gradient" | "dragan"), "grid"):
            return {"weight": 0.1}
    return {}


def habit(method: str, name: str) -> Tree:
    """What one of `HABITS` changes on a set."""
    return SETS[name].own.get(method, HABITS[method])


def configured(name: str, game: str, method: str, seed: int, steps: int) -> Configuration[Any]:
    """A set's plain game with a method, or without any (""), in one thread."""
    engine = {"device": "cpu", "threads": 1, "precision": "fp32", "compile": "off", "average": {"decay": 0.0}}
    training: Tree = {"steps": steps, "seed": seed, **engine}
    plan = SETS[name]
    data_and_engine = {"data": plan.data, "training": training}
    return configure(recipe_of(name, method), plan.games[game], data_and_engine, option_of(name, method, steps))


def recipe_of(name: str, method: str) -> str:
    return "cgan" if method == "labels" else SETS[name].recipe


def option_of(name: str, method: str, steps: int) -> Tree:
    """What a method changes."""
    if not method or method in HABITS:
        return habit(method, name) if method else {}
    room = "penalties" if method in PENALTIES else "stabilisers"
    return {"game": {room: {method: settings_of(method, name, steps)}}}


@cache
def samples_of(name: str) -> Samples:
    samples = open_samples(DataSettings(**SETS[name].data))
    assert isinstance(samples, Samples)
    return samples


@cache
def judge_of(name: str) -> Judge:
    return Judge(samples_of(name), SCORED)


def score(game: Game, name: str) -> dict[str, float]:
    """What a game makes, by the measures of the set."""
    if samples_of(name).mixture is not None:
        found = mixtures.check(game, name)
    else:
        game.eval()
        found = judge_of(name).of_game(game, 0)
    return {measure: float(found[measure]) for measure in SETS[name].measures}


Place = tuple[str, str, str, int]
"""Set, game, method and seed."""


def train(place: Place, steps: int) -> dict[str, Any]:
    """The scores of one training, unless it diverged, and the processor time of a step."""
    name = place[0]
    configuration = configured(*place, steps)
    trainer, _ = assemble(configuration, samples_of(name))
    diverged, begun = False, time.process_time()
    try:
        for step in range(1, steps + 1):
            trainer.step()
            if step % LOSSES_EVERY == 0:
                trainer.losses()
        trainer.state()
    except DivergenceError:
        diverged = True
    milliseconds = 1e3 * (time.process_time() - begun) / trainer.step_count
    if diverged:
        return {"scores": None, "ms": milliseconds}
    if not configuration.training.average.decay:
        return {"scores": score(trainer.game, name), "ms": milliseconds}
    trainer.average.refresh(trainer.game, configuration.training.seed)
    with trainer.average.in_place_of(trainer.game) as averaged:
        return {"scores": score(averaged, name), "ms": milliseconds}


def cell(place: Place, budget: Mapping[str, int]) -> dict[str, Any]:
    """The cell of a place, trained unless it was before."""
    torch.set_num_threads(1)
    name, game, method, seed = place
    label = f"{name}-{game}-{method or 'plain'}-{budget[name]}-{seed}".replace(" ", "_")
    plan, recipe = SETS[name], find_recipe(recipe_of(name, method))
    settings = [dict(recipe.settings), plan.games[game], plan.data, option_of(name, method, budget[name])]
    found = report.cell("stabilisers", label, partial(train, place, budget[name]), of=settings)
    print(f"{label}: {found['scores'] or 'diverged'}, {found['ms']:.1f} ms/step", flush=True)
    return found


@cache
def game_for(name: str, method: str) -> tuple[str | None, str]:
    """The first of a set's games that a method is not refused in, and why it was refused in the one before."""
    reason = ""
    for game in SETS[name].games:
        try:
            fresh_game(configured(name, game, method, 0, 1), samples_of(name).spec)
        except UsageError as error:
            reason = reason or str(error)
        else:
            return game, reason
    return None, reason


Results = Mapping[Place, Mapping[str, Any]]


def row(name: str, game: str, method: str, found: Results, seeds: int) -> list[object]:
    """Means over the seeds that did not diverge, what changed beside the same seed without, and the time of a step."""
    pairs = [(found[name, game, method, seed], found[name, game, "", seed]) for seed in range(seeds)]
    ours = [with_it["scores"] for with_it, _ in pairs if with_it["scores"]]
    values: list[object] = []
    for measure in SETS[name].measures:
        mean = sum(scores[measure] for scores in ours) / len(ours) if ours else float("nan")
        values += [f"{mean:.3g}" if ours else "-"]
        values += [change(differences(name, game, method, measure, found, seeds)) if method else ""]
    times = [min(one["ms"] for one in side) for side in zip(*pairs, strict=True)]
    diverged = len(pairs) - len(ours)
    label = f"{method or 'plain'}{f' ({diverged} of {seeds} diverged)' if diverged else ''}"
    return [label, game, *values, f"× {times[0] / times[1]:.2f}" if method else f"{times[1]:.1f} ms"]


def differences(name: str, game: str, method: str, measure: str, found: Results, seeds: int) -> list[float]:
    """What a method changed, of every seed that diverged neither with it nor without."""
    pairs = [(found[name, game, method, seed], found[name, game, "", seed]) for seed in range(seeds)]
    return [
        with_it["scores"][measure] - without["scores"][measure]
        for with_it, without in pairs
        if with_it["scores"] and without["scores"]
    ]


def change(differences: Sequence[float]) -> str:
    """Their mean and its standard error, which one alone does not have."""
    if not differences:
        return "-"
    values = torch.tensor(differences, dtype=torch.float64)
    error = f" ± {float(values.std()) / sqrt(len(values)):.2g}" if len(values) > 1 else ""
    return f"{float(values.mean()):+.3g}{error}"


def table(name: str, methods: Sequence[str], seeds: int, budget: Mapping[str, int], found: Results) -> None:
    plan, games = SETS[name], {method: game_for(name, method) for method in methods}
    rows = []
    for base in plan.games:
        members = [method for method, (game, _) in games.items() if game == base]
        rows += [row(name, base, method, found, seeds) for method in (["", *members] if members else [])]
    columns = 2 * len(plan.measures) + 1
    rows += [[method, "refused", *[""] * columns] for method, (game, _) in games.items() if game is None]
    first = next(iter(plan.games))
    reasons = "\n".join(f"* refused in the game with {first}: {reason}" for _, reason in games.values() if reason)
    chosen = [f"{method} {settings}" for method in methods if (settings := settings_of(method, name, budget[name]))]
    habits = [(method, habit(method, name)) for method in methods if method in HABITS]
    chosen += [f"{method} {as_options(tree)}" for method, tree in habits if tree]
    report.print_table(
        f"Stabilisers on {name}: {budget[name]:,} steps, {seeds} seeds",
        ["stabiliser", "game", *(text for shown in plan.measures.values() for text in (shown, "change")), "step"],
        rows,
        "Means over seeds of the live weights, but for an averaged G; change: with the option less without, paired by"
        f" seed, ± standard error. Settings other than the defaults: {'; '.join(chosen) or 'none'}.",
        *([reasons] if reasons else []),
    )


def overview(sets: Sequence[str], methods: Sequence[str], seeds: int, found: Results) -> None:
    """Which changes are more than two of their standard errors, of every method on every set."""
    shown = [(name, measure) for name in sets for measure in SETS[name].measures if measure != "modes"]
    rows = []
    for method in sorted(methods):
        games = {name: game_for(name, method)[0] for name in sets}
        rows.append([method, *(telling(name, games[name], method, of, found, seeds) for name, of in shown)])
    report.print_table(
        f"What each stabiliser changes: {seeds} seeds",
        ["option", *(f"{name}: {SETS[name].measures[measure]}" for name, measure in shown)],
        rows,
        "· is a change of less than two standard errors; where no sample of a seed is good, there is no reverse KL.",
    )


def telling(name: str, game: str | None, method: str, measure: str, found: Results, seeds: int) -> str:
    """A change in few digits, or what stands for it."""
    if game is None:
        return "refused"
    values = torch.tensor(differences(name, game, method, measure, found, seeds), dtype=torch.float64)
    if not len(values):
        return "diverged"
    if not values.isfinite().all():
        return "none good"
    mean, error = float(values.mean()), float(values.std()) / sqrt(len(values)) if len(values) > 1 else 0.0
    return f"{mean:+.3g}" if abs(mean) >= 2 * error else "·"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default="all", help=f"of {', '.join(SETS)}, separated by commas")
    parser.add_argument("--stabilisers", default="all", help=f"of {', '.join(METHODS)}, separated by commas")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--steps", type=int, help="of every set, instead of its own")
    parser.add_argument("--longer", type=float, default=1.0, help="times the steps of every set")
    parser.add_argument("--jobs", type=int, default=1, help="processes of one thread each")
    options = parser.parse_args()
    torch.set_num_threads(1)
    sets, methods = mixtures.chosen(options.sets, list(SETS)), mixtures.chosen(options.stabilisers, METHODS)
    budget = {name: options.steps or round(options.longer * SETS[name].steps) for name in sets}
    found = measure(sets, methods, options.seeds, budget, options.jobs)
    for name in sets:
        table(name, methods, options.seeds, budget, found)
    overview(sets, methods, options.seeds, found)


def measure(
    sets: Sequence[str], methods: Sequence[str], seeds: int, budget: Mapping[str, int], jobs: int
) -> dict[Place, dict[str, Any]]:
    """The cells of all methods in the games that they are measured in, and of these games without them."""
    places: list[Place] = []
    for name in sets:
        if samples_of(name).mixture is None:
            judge_of(name)  # learns a classifier once, before processes would wait for each other to
        games = {method: game for method in methods if (game := game_for(name, method)[0]) is not None}
        cells = [
            *((game, "") for game in dict.fromkeys(games.values())),
            *((games[method], method) for method in games),
        ]
        places += [(name, game, method, seed) for seed in range(seeds) for game, method in cells]
    work = partial(cell, budget=budget)
    if jobs == 1:
        return {place: work(place) for place in places}
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        return dict(zip(places, pool.map(work, places), strict=True))


if __name__ == "__main__":
    main()
