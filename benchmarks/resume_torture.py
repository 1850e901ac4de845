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
from ganworks.runs import configuration_from
from ganworks.training.checkpoints import load_newest

STEPS_A_LIFE = 40


def child(run: RunDirectory, steps: int, seed: int) -> int:
    """Fork a process that begins or resumes the run; its process id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    with contextlib.suppress(BaseException):
        run = RunDirectory(run.path)  # a lock does not outlive a fork
        begun = run.exists() and any(run.checkpoints.glob("0*"))
        if not begun:
            discard(run)
        configuration = configuration_from(run.read_configuration()) if begun else toy(steps, seed)
        launch(configuration, run, resume=begun)
        status = 0
    os._exit(status)


def discard(run: RunDirectory) -> None:
    """Remove a run that was killed before its first checkpoint."""
    for path in sorted(run.path.rglob("*"), reverse=True) if run.path.exists() else ():
        path.rmdir() if path.is_dir() else path.unlink()


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


def torture(folder: Path, kills: int, seed: int = 0) -> tuple[int, int, bool]:
    """Kills that hit a living run, lives it took, and whether the end equals the uncut run's bit for bit."""
    torch.set_num_threads(1)
    chance = random.Random(seed)
    steps = STEPS_A_LIFE * kills
    uncut, cut = RunDirectory(folder / "uncut"), RunDirectory(folder / "cut")
    began = time.perf_counter()
    os.waitpid(child(uncut, steps, seed), 0)
    life = (time.perf_counter() - began) / kills
    hit = lives = 0
    while cut.read_status()["state"] != "finished":
        pid = child(cut, steps, seed)
        lives += 1
        if hit < kills:
            time.sleep(chance.uniform(0, 2 * life) + 0.02)
            os.kill(pid, signal.SIGKILL)
        _, ended = os.waitpid(pid, 0)
        hit += os.WIFSIGNALED(ended)
        if not os.WIFSIGNALED(ended) and ended != 0:
            break
    same = False
    with contextlib.suppress(Exception):
        (step_a, a), (step_b, b) = (load_newest(run.checkpoints, print) for run in (uncut, cut))
        same = step_a == step_b == steps and a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)
    return hit, lives, same


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    rows = []
    for seed in range(options.runs):
        with tempfile.TemporaryDirectory() as folder:
            hit, lives, same = torture(Path(folder), options.kills, seed)
        rows.append((seed, options.kills, hit, lives, "bit for bit" if same else "NO"))
    print_table("Kills survived", ["seed", "kills tried", "kills that hit", "lives", "equals the uncut run"], rows)


if __name__ == "__main__":
    main()
