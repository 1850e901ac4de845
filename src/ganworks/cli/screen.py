"""What is printed: tables that stay whole when piped, lines without markup, a progress bar."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table

UNBOUNDED = 100_000
"""Columns of a line where no terminal limits them: nothing is wrapped or cut that a program may read."""


def output() -> Console:
    """Standard output, for results."""
    return _console(Console(markup=False, highlight=False))


def watcher() -> Console:
    """Standard error, for progress."""
    return _console(Console(markup=False, highlight=False, stderr=True))


def _console(console: Console) -> Console:
    if not console.is_terminal:
        console.width = UNBOUNDED
    return console


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[str] = ()) -> None:
    """Print rows under their columns; those in `numbers` are aligned to the right."""
    drawn = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        drawn.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*row)
    show(drawn)


def facts(rows: Iterable[tuple[str, str]]) -> None:
    """Print names and values in two columns."""
    drawn = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    drawn.add_column(style="bold", no_wrap=True)
    drawn.add_column(overflow="fold")
    for row in rows:
        drawn.add_row(*row)
    show(drawn)


def show(drawn: Table) -> None:
    """Print a table without the blanks that fill its last column."""
    console = output()
    with console.capture() as captured:
        console.print(drawn)
    for line in captured.get().splitlines():
        print(line.rstrip())


def is_first_process() -> bool:
    """Whether this process speaks for all that torchrun may have started."""
    return os.environ.get("RANK", "0") == "0"


def is_watched() -> bool:
    """Whether somebody sees progress move."""
    return watcher().is_terminal


def say(line: str) -> None:
    """Print a line for the user to stdout, at once even into a pipe."""
    print(line, flush=True)


def warn(line: str) -> None:
    """Print a line of warning to stderr."""
    watcher().print(line)


@contextmanager
def bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal; gives a function that adds to what is done."""
    console = watcher()
    if not console.is_terminal:
        yield lambda more: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda more: progress.advance(task, more)
