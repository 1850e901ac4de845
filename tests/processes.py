"""The same played in one process, and in two that share its batch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import distributed, multiprocessing

Play = Callable[[int, int, Path], None]
"""Takes rank, world and a folder; keeps what came of it by `keep`."""


def alone_and_in_two(play: Play, folder: Path) -> Path:
    """Play in float64 in this process, then in two forked from it; the folder."""
    play_one(0, 1, folder, play)
    torch.set_default_dtype(torch.float32)
    multiprocessing.start_processes(play_one, (2, folder, play), nprocs=2, start_method="fork")  # type: ignore[no-untyped-call]
    return folder


def play_one(rank: int, world: int, folder: Path, play: Play) -> None:
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    if world > 1:
        distributed.init_process_group("gloo", init_method=f"file://{folder}/store", rank=rank, world_size=world)
    play(rank, world, folder)
    if world > 1:
        distributed.destroy_process_group()


def keep(result: Any, folder: Path, name: str, rank: int, world: int) -> None:
    torch.save(result, folder / f"{name}-{rank}-of-{world}.pt")


def kept(folder: Path, name: str) -> list[Any]:
    """What was kept alone, by the first of two, and by the second."""
    places = ("0-of-1", "0-of-2", "1-of-2")
    return [torch.load(folder / f"{name}-{place}.pt", weights_only=True) for place in places]
