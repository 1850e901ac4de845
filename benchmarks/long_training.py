"""A training of many steps that may be cut at any: its run is the cell, and goes on from its newest checkpoint.

The cell holds what was found at fixed steps, so that a later call with more steps continues it and one with fewer reads
it; a method that was changed begins a cell of its own.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from statistics import median
from typing import Any, TypeVar

import torch

import ganworks
from benchmarks import report
from benchmarks.mixtures import chosen
from ganworks.doctor.diagnosing import diagnose
from ganworks.games.game import Game
from ganworks.recipes import find_recipe
from ganworks.record.run_directory import RunDirectory, append, whole_lines
from ganworks.runs import Run
from ganworks.training.checkpoints import checkpoints, load_newest, step_of
from ganworks.training.trainer import below
from ganworks.training.window import DivergenceError
from ganworks.tree import Tree, merge

SAVED = 500
"""Steps between checkpoints: at most so many are played again after a cut."""

Check = Callable[[Game], dict[str, Any]]
"""What is found of a game in eval mode."""
Place = tuple[str, int]
"""A method and a seed."""
Result = TypeVar("Result")


@dataclass(frozen=True)
class LongTraining:
    """A cell: a recipe with what a method changes in it, on data and with a seed.

    Args:
        benchmark, name: where the cell is kept, and as what.
        recipe, method: what decides the training, but for seed and length.
        data: what to train on, as `ganworks.train` takes it.
        seed: of the training.
        threads: that it computes in.
    """

    benchmark: str
    name: str
    recipe: str
    method: Tree
    data: Any
    seed: int = 0
    threads: int = 1

    @property
    def directory(self) -> RunDirectory:
        changed = report.digest(merge(dict(find_recipe(self.recipe).settings), self.method))
        return RunDirectory(report.CELLS / self.benchmark / f"{self.name}-{self.seed}-{changed}")

    def checked(self, steps: int, every: int, check: Check) -> dict[str, Any]:
        """`check` of the averaged and of the live weights after `every`, 2·`every`, … and `steps` steps.

        A run whose numbers are no longer finite ends there: `diverged` is then the step before which that was.
        """
        checks = self.directory.path / "checks.jsonl"
        for end in sorted({*range(every, steps, every), steps}):
            lines = whole_lines(checks)
            done = {line["step"] for line in lines}
            if end in done or end < self.played or any("diverged" in line for line in lines):
                continue
            try:
                run = self.advanced(end)
            except DivergenceError:
                line: dict[str, Any] = {"step": end, "diverged": True}
            else:
                averaged = check(run.game)
                line = {"step": end, "averaged": averaged, "live": check(live(run))}
            append(checks, line)
            print(f"{self.name} {self.seed}: {json.dumps(line)}", flush=True)
        lines = [line for line in whole_lines(checks) if line["step"] <= steps]
        return {
            "checks": [line for line in lines if "diverged" not in line],
            "diverged": next((line["step"] for line in lines if "diverged" in line), None),
            "ms": self.milliseconds(),
            "minutes": self.minutes(),
            "doctor": self.diagnosis(steps),
        }

    @property
    def played(self) -> int:
        """The steps that the newest checkpoint has seen."""
        found = checkpoints(self.directory.checkpoints)
        return step_of(found[0]) if found else 0

    def advanced(self, end: int) -> Run:
        """The run after `end` steps."""
        directory = self.directory
        if directory.exists():
            given = None if isinstance(self.data, str) else self.data
            return ganworks.resume(directory.path, steps=end, data=given)
        record = {"checkpoint_every": SAVED, "sample_every": 10 * SAVED}
        training = {"steps": end, "seed": self.seed, "threads": self.threads}
        settings = merge(self.method, {"record": record, "training": training})
        return ganworks.train(self.recipe, self.data, out=directory.path, settings=settings)

    def milliseconds(self) -> float:
        """The median time of a step, as the run logged it; NaN before it did."""
        seconds = [each for _, each in self.paces()]
        return 1000 * median(seconds) if seconds else float("nan")

    def minutes(self) -> float:
        """What all steps took, as the run logged it: those of one stage may take several times as long as another's."""
        return sum(steps * each for steps, each in self.paces()) / 60

    def paces(self) -> list[tuple[int, float]]:
        """How many steps there are between two lines of the log, and the seconds that each of them took."""
        lines = self.directory.read_metrics()
        batch = self.directory.read_configuration()["training"]["batch_size"]
        ends = [line["step"] for line in lines]
        return [
            (end - begin, batch / line["images_per_second"])
            for begin, end, line in zip([0, *ends], ends, lines, strict=False)
        ]

    def diagnosis(self, steps: int) -> str:
        """What the doctor says fails the training, by the signals up to a step."""
        lines = [line for line in self.directory.read_signals() if line["step"] <= steps]
        found = [f"{one.name} since {one.since:,}" for one in diagnose(lines) if one.severity == "failing"]
        return ", ".join(found) or "healthy"


def live(run: Run) -> Game:
    """The game of a run with the weights that were trained last, instead of their average."""
    assert run.directory is not None
    _, tensors = load_newest(run.directory.checkpoints, print)
    run.game.load_state_dict(below("game/", tensors))
    return run.game


def print_curves(
    title: str, places: Sequence[Place], results: Sequence[dict[str, Any]], told: Callable[[dict[str, Any]], str]
) -> None:
    """A table with a row for each step and a column for each training, of what `told` makes of a check."""
    curves = [{line["step"]: told(line) for line in result["checks"]} for result in results]
    rows = [[f"{step:,}", *(curve.get(step, "") for curve in curves)] for step in sorted(set().union(*curves))]
    report.print_table(title, ["step", *(f"{name}, seed {seed}" for name, seed in places)], rows)


def asked(about: str | None, known: Sequence[str], usual: str, steps: int, width: int) -> argparse.Namespace:
    """What the command line wants trained: methods, seeds and steps, and how; this process takes as many threads."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--methods", default=usual, help=f"of {', '.join(known)}, separated by commas, or all")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--jobs", type=int, default=1, help="trainings at a time")
    parser.add_argument("--threads", type=int, default=1, help="of each training")
    parser.add_argument("--width", type=int, default=width, help="of the networks of all methods")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    return options


def all_of(
    cell: Callable[..., dict[str, Any]], options: argparse.Namespace, known: Sequence[str]
) -> tuple[list[Place], list[dict[str, Any]]]:
    """The cells that were asked for, and what was found in each."""
    places = [(name, seed) for name in chosen(options.methods, known) for seed in range(options.seeds)]
    work = partial(cell, steps=options.steps, threads=options.threads, width=options.width)
    return places, in_processes(work, options.jobs, *zip(*places, strict=True))


def in_processes(work: Callable[..., Result], jobs: int, *arguments: Sequence[Any]) -> list[Result]:
    """`work` of each row of arguments, by `jobs` processes."""
    if jobs == 1:
        return list(map(work, *arguments))
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        return list(pool.map(work, *arguments))
