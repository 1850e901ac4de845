"""A progress bar on standard error, shown only where it was asked for; in a log, a line for what takes long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

Advance = Callable[[float], None]
_PATIENCE = 2.0  # seconds before a log is told


@contextmanager
def bar(title: str, total: float, shown: bool) -> Iterator[Advance]:
    """Gives a function that moves the bar to a given amount done, out of `total`."""
    if not shown:
        yield lambda done: None
        return
    console = Console(stderr=True)
    if not (console.is_terminal or console.is_jupyter):
        yield _told_once(console, title)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.update(task, completed=done)


def _told_once(console: Console, title: str) -> Advance:
    began: float | None = time.monotonic()

    def advance(done: float) -> None:
        nonlocal began
        if began is not None and time.monotonic() - began > _PATIENCE:
            console.print(f"{title} …", soft_wrap=True, highlight=False, markup=False)
            began = None

    return advance
