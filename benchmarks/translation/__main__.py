"""What the six families of images to images make of held-out images, at budgets of a laptop.

A cell is a training with a seed; it is kept, and goes on after a cut. More --steps or --width is another cell.
"""

from __future__ import annotations

import argparse
import sys
from itertools import groupby
from pathlib import Path

from benchmarks.mixtures import chosen
from benchmarks.translation.cells import TASKS, Budget, comparison, measured, print_task, references, stacked
from benchmarks.translation.task import Task
from ganworks.errors import GanworksError
from ganworks.record.grid import save_picture

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [task.name for task in TASKS]
    parser.add_argument("--tasks", default="all", help=f"of {', '.join(names)}, separated by commas")
    parser.add_argument("--methods", default="all", help="rows that are trained, separated by commas")
    parser.add_argument(
        "--seeds", help="separated by commas; by default 0 to 2 where a cell takes five minutes, else 0"
    )
    parser.add_argument("--steps", type=int, help="of every task, instead of its own")
    parser.add_argument("--width", type=int, help="of the networks of every task, instead of its own")
    parser.add_argument("--jobs", type=int, default=1, help="trainings at a time")
    parser.add_argument("--threads", type=int, default=1, help="of each training")
    parser.add_argument("--gallery", action="store_true", help="only write docs/gallery/FAMILY.png of finished cells")
    options = parser.parse_args()
    tasks = [task for task in TASKS if task.name in chosen(options.tasks, names)]
    try:
        gallery(tasks, options) if options.gallery else tables(tasks, options)
    except GanworksError as error:
        sys.exit(str(error))


def budget(task: Task, options: argparse.Namespace) -> Budget:
    return Budget(options.steps or task.steps, options.width or task.width, options.threads)


def seeds(task: Task, options: argparse.Namespace) -> list[int]:
    return [int(seed) for seed in options.seeds.split(",")] if options.seeds else list(range(task.seeds))


def tables(tasks: list[Task], options: argparse.Namespace) -> None:
    for task in tasks:
        references(task)  # first, for several processes would each train its judges
        allowed = budget(task, options)
        methods = chosen(options.methods, list(task.methods(*allowed[:2])))
        places = [(task, method, seed) for method in methods for seed in seeds(task, options)]
        print_task(task, measured(places, allowed, options.jobs), allowed)


def gallery(tasks: list[Task], options: argparse.Namespace) -> None:
    GALLERY.mkdir(parents=True, exist_ok=True)
    for family, members in groupby(tasks, lambda task: task.family):
        pictures = [comparison(task, budget(task, options), seeds(task, options)[0]) for task in members]
        save_picture(stacked(pictures), GALLERY / f"{family}.png")


if __name__ == "__main__":
    main()
