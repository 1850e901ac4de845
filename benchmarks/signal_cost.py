"""What share of a training the doctor's signals take: a step of images, and one of points beside a bare loop.

Told twice. In blocks: rounds of as many steps as lie between two signals, with and without them in turn. Directly: a
step that is looked at less the one before it, over the time between two signals; an image step needs this, for its
share is smaller than what one block differs from the next.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.overhead import bare_loop
from benchmarks.report import print_table
from ganworks.config import Configuration, RecordSettings
from ganworks.data.batches import batches, to_unit_range
from ganworks.data.hold_out import hold_out
from ganworks.data.open import open_samples
from ganworks.launch import assemble, facts_of, probe_of
from ganworks.recipes import configure
from ganworks.record.run_directory import RunDirectory
from ganworks.training.session import EVERY_LINE, Session
from ganworks.tree import Tree

EVERY = RecordSettings().signals_every or 50
POINTS_TIMES = 5  # as many rounds where one takes a tenth of a second
MLP = {"name": "mlp", "hidden": (128, 128)}


@dataclass(frozen=True)
class Case:
    """A training; `beside_bare` ones are compared with a loop that only plays."""

    name: str
    recipe: str
    tree: Tree
    mark: str
    beside_bare: bool = False


def dcgan(name: str, recipe: str, width: int) -> Case:
    game = {"generator": {"width": width}, "discriminator": {"width": width}}
    tree = {"game": game, "data": {"source": "fashion-10k", "resolution": 32}, "training": {"batch_size": 64}}
    return Case(name, recipe, tree, "≤ 2 % of steps ≥ 20 ms")


CASES = (
    dcgan("dcgan 32×32, width 16, batch 64", "dcgan", 16),
    dcgan("r3gan 32×32, width 16, batch 64", "r3gan", 16),
    Case(
        "2×128 MLP on points, batch 256",
        "gan",
        {
            "data": {"source": "ring"},
            "game": {"generator": MLP, "discriminator": MLP, "latent": {"size": 16}},
            "training": {"batch_size": 256},
        },
        "≤ 25 % over a bare loop, with the trainer",
        beside_bare=True,
    ),
)


@dataclass(frozen=True)
class Cost:
    """Milliseconds of a step and a look; the share of looks, directly and in blocks; all over a bare loop."""

    step: float
    look: float
    direct: float
    blocks: float
    over_bare: float | None


def measure(case: Case, rounds: int, looks: int, threads: int = 1, every: int = EVERY) -> Cost:
    """Medians over rounds of blocks, and over `looks` pairs of a plain step and one that is looked at."""
    # With one thread the time of the process is that of the step, whatever else the machine does.
    clock = time.process_time if threads == 1 else time.perf_counter
    engine = {"training": {"device": "cpu", "threads": threads, "precision": "fp32", "compile": "off"}}
    configuration = configure(case.recipe, case.tree, engine, {"data": {"hold_out": 0.1}})
    with tempfile.TemporaryDirectory() as folder:
        sessions, bare = prepared(configuration, Path(folder), every)
        players: dict[str, Callable[[], object]] = {name: session.step for name, session in sessions.items()}
        if case.beside_bare:
            players["bare"] = bare
        trainer = sessions["plain"].trainer

        def block(step: Callable[[], object]) -> float:
            began = clock()
            for _ in range(every):
                step()
            trainer.losses()
            return clock() - began

        def one(step: Callable[[], object]) -> float:
            began = clock()
            step()
            return clock() - began

        always = players.pop("always")
        times: dict[str, list[float]] = {name: [] for name in players}
        for turn in range(rounds + 1):  # of which the first warms up
            for name in list(players)[:: 1 if turn % 2 else -1]:
                times[name].append(block(players[name]))
        pairs = [(one(players["plain"]), one(always)) for _ in range(looks + 1)][1:]
    times = {name: values[1:] for name, values in times.items()}
    step, look = median(plain for plain, _ in pairs), median(looked - plain for plain, looked in pairs)
    ratios = {
        name: median(ours / theirs for ours, theirs in zip(times["watched"], others, strict=True)) - 1
        for name, others in times.items()
    }
    return Cost(1e3 * step, 1e3 * look, look / (every * step), ratios["plain"], ratios.get("bare"))


def prepared(
    configuration: Configuration[Any], folder: Path, every: int
) -> tuple[dict[str, Session], Callable[[], None]]:
    """Sessions of one trainer, never looked at, as often as a run is, and always; and a bare loop of the same game.

    They remember half as many lines as the doctor looks at each time, so that nearly all looks have an examination.
    """
    whole = open_samples(configuration.data)
    samples, held_out = hold_out(whole, configuration.data.hold_out)
    trainer, configuration = assemble(configuration, samples)
    probe = probe_of(configuration, samples, held_out, None, trainer)
    run = RunDirectory(folder / "run")
    run.create(configuration.model_dump(mode="json"), samples.spec.to_dict(), facts_of(samples))
    training = configuration.training
    sessions = {}
    for name, apart in (("plain", None), ("watched", every), ("always", 1)):
        record = RecordSettings(signals_every=apart)
        sessions[name] = Session(trainer, training, record, run, [], None, probe if apart else None)
    for _ in range(3):
        sessions["always"].step()
    lines = sessions["always"].lines
    for name in ("watched", "always"):
        sessions[name].lines = [*lines, *(lines[-1] | {"step": EVERY * place} for place in range(1, EVERY_LINE // 2))]
    real = to_unit_range(next(batches(samples, training.batch_size, 0)).values)
    return sessions, bare_loop(configuration, samples.spec, real, training.precision)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help="of blocks")
    parser.add_argument("--looks", type=int, default=60, help="that are timed one by one")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    rows = []
    for case in CASES:
        rounds = options.rounds * (POINTS_TIMES if case.beside_bare else 1)
        cost = measure(case, rounds, options.looks, options.threads)
        bare = "" if cost.over_bare is None else f"{cost.over_bare:+.1%}"
        shares = f"{cost.direct:.2%}", f"{cost.blocks:+.2%}"
        rows.append((case.name, f"{cost.step:.1f}", f"{cost.look:.1f}", *shares, bare, case.mark))
    time_of = "Processor time of one thread" if options.threads == 1 else f"Time, {options.threads} threads"
    print_table(
        f"What signals cost, every {EVERY} steps",
        ["case", "ms/step", "ms/look", "share, directly", "share, in blocks", "over a bare loop", "mark"],
        rows,
        f"{time_of}; with writing the line and asking the doctor, of {EVERY_LINE // 2} lines and more. Medians of"
        f" {options.looks} looks, each less the step before it, and of {options.rounds} rounds of alternating blocks,"
        f" {POINTS_TIMES} times as many of points.",
    )


if __name__ == "__main__":
    main()
