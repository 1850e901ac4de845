"""The cells of all tasks: trainings that may be cut, their table, and a picture of what they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from statistics import mean, stdev
from typing import Any, NamedTuple

import torch
from PIL import Image
from torch import Tensor

import ganworks
from benchmarks import report
from benchmarks.long_training import LongTraining, in_processes
from benchmarks.translation import age_cgan, cyclegan, inpainting, pix2pix, pose, srgan
from benchmarks.translation.task import Scores, Task
from ganworks.errors import UsageError
from ganworks.record.grid import grid, in_colour

TASKS: tuple[Task, ...] = tuple(
    task for family in (pix2pix, cyclegan, srgan, inpainting, age_cgan, pose) for task in family.TASKS
)
EXAMPLES, BESIDE = 12, 3


class Budget(NamedTuple):
    """What a training may cost."""

    steps: int
    width: int
    threads: int = 1


Place = tuple[Task, str, int]
"""A task, a method of it and a seed."""
Found = Mapping[Place, dict[str, Any]]


def training(place: Place, budget: Budget) -> LongTraining:
    task, method, seed = place
    changed = task.methods(budget.steps, budget.width)[method]
    name = f"{task.name}-{method}".replace(" ", "_")
    return LongTraining("translation", name, task.recipe, changed, task.source, seed, budget.threads)


def cell(place: Place, budget: Budget) -> dict[str, Any]:
    """What was found of a place after each stage."""
    torch.set_num_threads(budget.threads)
    task = place[0]
    return training(place, budget).checked(budget.steps, task.first_steps(budget.steps), task.check)


def references(task: Task) -> dict[str, Scores]:
    """The rows that need no training."""
    return report.cell("translation", f"{task.name}-references".replace(" ", "_"), task.references)


def measured(places: Sequence[Place], budget: Budget, jobs: int) -> Found:
    """The cells of a task, by `jobs` processes."""
    return dict(zip(places, in_processes(partial(cell, budget=budget), jobs, places), strict=True))


def rows_of(task: Task, found: Found) -> dict[str, list[Scores]]:
    """By name of the row what the averaged weights of each seed came to, of those that did not diverge."""
    rows: dict[str, list[Scores]] = {name: [scores] for name, scores in references(task).items()}
    for (_, method, _), result in found.items():
        checks = result["checks"][-len(task.stages) :] if result["diverged"] is None else []
        for stage, line in zip(task.stages, checks, strict=False):
            rows.setdefault(f"{method}, {stage}" if stage else method, []).append(line["averaged"])
    return rows


def means(rows: Mapping[str, Sequence[Scores]]) -> dict[str, Scores]:
    return {name: {measure: mean(one[measure] for one in all_) for measure in all_[0]} for name, all_ in rows.items()}


def shown(values: Sequence[float]) -> str:
    """Their mean, with the standard deviation where there are several."""
    spread = f" ± {stdev(values):.2g}" if len(values) > 1 else ""
    return f"{mean(values):.4g}{spread}"


def print_task(task: Task, found: Found, budget: Budget) -> None:
    rows = rows_of(task, found)
    lines = [
        [name, *(shown([one[measure] for one in scores]) if measure in scores[0] else "" for measure in task.columns)]
        for name, scores in rows.items()
    ]
    trained = [f"{method}, seed {seed}: {told(result)}" for (_, method, seed), result in found.items()]
    notes = [task.protocol, "Averaged weights. " + "; ".join(trained) + "."]
    if {method for _, method, _ in found} == set(task.methods(budget.steps, budget.width)) and all(
        result["diverged"] is None for result in found.values()
    ):
        marks = task.marks(means(rows)).items()
        notes.append("Marks: " + "; ".join(f"{mark}: {'met' if met else 'missed'}" for mark, met in marks) + ".")
    title = f"{task.name}: {task.source}, {budget.steps:,} steps, width {budget.width}"
    report.print_table(title, ["", *task.columns.values()], lines, *notes)


def told(result: Mapping[str, Any]) -> str:
    """How a training went."""
    if result["diverged"] is not None:
        return f"diverged before {result['diverged']:,}"
    return f"{result['minutes']:.2g} minutes, doctor: {result['doctor']}"


def comparison(task: Task, budget: Budget, seed: int) -> Image.Image:
    """Rows of held-out input, output and truth from a finished cell; raises UsageError where there is none."""
    run = training((task, next(iter(task.methods(*budget[:2]))), seed), budget)
    if run.played < budget.steps:
        raise UsageError(f"{task.name}, seed {seed}: no cell of {budget.steps:,} steps is finished: train it first")
    columns = [in_colour(column) for column in task.shown(ganworks.load(run.directory.path).game, EXAMPLES)]
    return grid(interleaved(columns), BESIDE * len(columns))


def interleaved(columns: Sequence[Tensor]) -> Tensor:
    """N images of each column, as rows of one of each."""
    return torch.stack(list(columns), 1).flatten(0, 1)


def stacked(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures one below the other."""
    canvas = Image.new("RGB", (max(one.width for one in pictures), sum(one.height for one in pictures)), "white")
    top = 0
    for one in pictures:
        canvas.paste(one, (0, top))
        top += one.height
    return canvas
