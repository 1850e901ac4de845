"""Kill a training at random instants, resume it, and compare the end bit for bit with a run that was left alone."""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import tempfile
import time
from pathlib import Path

import torch

from benchmarks.report import print_table
from ganworks.launch import launch
from ganworks.recipes import configure
from ganworks.record.run_directory import RunDirectory
from ganworks.training.checkpoints import checkpoints, load_newest, step_of

ENDLESS = 10**9
LIFE = 3.0
"""The longest life, in times that a short training takes from fork to end."""


def child(run: RunDirectory, steps: int, seed: int) -> int:
    """Fork a process that begins or resumes the run; its process id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    with contextlib.suppress(BaseException):
        run = RunDirectory(run.path)  # a lock does not outlive a fork
        launch(toy(steps, seed), run, resume=run.exists())
        status = 0
    os._exit(status)


def toy(steps: int, seed: int):  # type: ignore[no-untyped-def]
    """A game on points that checkpoints every few milliseconds."""
    player = {"name": "mlp", "hidden": (16, 16)}
    return configure(
        "toy",
        {
            "game": {"generator": player, "discriminator": player},
            "training": {"steps": steps, "batch_size": 16, "seed": seed, "threads": 1, "device": "cpu"},
            "record": {"checkpoint_every": 5, "sample_every": 20, "log_every": 5, "samples": 16},
        },
    )


def finished(run: RunDirectory, steps: int, seed: int) -> bool:
    """Play a run to its end in a process of its own; whether that went well."""
    _, status = os.waitpid(child(run, steps, seed), 0)
    return status == 0


def torture(folder: Path, kills: int, seed: int = 0) -> tuple[int, int, bool]:
    """Kills that hit a living run, its steps, and whether its end equals bit for bit that of a run never killed."""
    torch.set_num_threads(1)
    chance = random.Random(seed)
    short, cut, uncut = (RunDirectory(folder / name) for name in ("short", "cut", "uncut"))
    began = time.perf_counter()
    finished(short, 5, seed)
    life = LIFE * (time.perf_counter() - began)
    hit = 0
    for _ in range(kills):
        pid = child(cut, ENDLESS, seed)
        time.sleep(chance.uniform(0, life))
        os.kill(pid, signal.SIGKILL)
        hit += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    steps = 100 + max((step_of(path) for path in checkpoints(cut.checkpoints)), default=0)
    same = False
    if finished(cut, steps, seed) and finished(uncut, steps, seed):
        (step_a, a), (step_b, b) = (load_newest(run.checkpoints, print) for run in (uncut, cut))
        same = step_a == step_b == steps and a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)
    return hit, steps, same


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    rows = []
    for seed in range(options.runs):
        with tempfile.TemporaryDirectory() as folder:
            hit, steps, same = torture(Path(folder), options.kills, seed)
        rows.append((seed, options.kills, hit, steps, "bit for bit" if same else "NO"))
    print_table("Kills survived", ["seed", "kills tried", "kills that hit", "steps", "equals the uncut run"], rows)


if __name__ == "__main__":
    main()
