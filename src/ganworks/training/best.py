"""The checkpoint with the best score: kept in `best/` beyond those that are newest."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch import Tensor

from ganworks.errors import UsageError
from ganworks.record.atomic import write_atomically
from ganworks.record.run_directory import RunDirectory
from ganworks.scores.evaluation import history
from ganworks.scores.evaluation.ranking import ranked
from ganworks.training.checkpoints import checkpoints, load_newest, step_of

FOLDER = "best"


def best_line(run: RunDirectory) -> dict[str, Any] | None:
    """The best of what training scored, the first of equals; only what was measured as the newest one was counts."""
    scored = [line for line in history.read(run.path) if line.get("by") == history.TRAINING]
    measured = [(line["protocol"], ranked(line)[0]) for line in scored]
    alike = [line for line, how in zip(scored, measured, strict=True) if how == measured[-1]]
    return min(alike, key=lambda line: ranked(line)[1], default=None)


def is_best(run: RunDirectory, step: int) -> bool:
    """Whether the score of a step is better than all before."""
    best = best_line(run)
    return best is not None and best["step"] == step


def keep_best(run: RunDirectory) -> None:
    """Let `best/` hold the checkpoint of the best score, if it is still among the checkpoints, and no other one."""
    best, folder = best_line(run), run.path / FOLDER
    found = [path for path in checkpoints(run.checkpoints) if best is not None and step_of(path) == best["step"]]
    if not found:
        return
    kept = link(found[0], folder)
    for other in checkpoints(folder):
        if other != kept:
            other.unlink(missing_ok=True)


def load_best(run: RunDirectory, warn: Callable[[str], None]) -> tuple[int, dict[str, Tensor]]:
    """Step and tensors of the best checkpoint; raises UsageError where none was kept."""
    if not checkpoints(run.path / FOLDER):
        raise UsageError(f"{run.path} keeps no best checkpoint: train it with --evaluate-every N")
    return load_newest(run.path / FOLDER, warn)


def link(checkpoint: Path, folder: Path) -> Path:
    """The same checkpoint in another folder too, at no cost where the file system knows links."""
    kept = folder / checkpoint.name
    if not kept.exists():
        write_atomically(kept, lambda temporary: _link(checkpoint, temporary))
    return kept


def _link(path: Path, to: Path) -> None:
    try:
        os.link(path, to)
    except OSError:  # a file system without links
        shutil.copyfile(path, to)
