"""List the runs in a folder."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ganworks.cli.arguments import Parser
from ganworks.cli.screen import say, table
from ganworks.errors import GanworksError, UsageError

if TYPE_CHECKING:
    from ganworks.record.run_directory import RunDirectory

COLUMNS = ("name", "recipe", "data", "step", "score", "state", "age")


def add(parser: Parser) -> None:
    parser.add_argument("folder", nargs="?", default="runs", metavar="DIR", help="where to look (default: runs)")


def run(options: Namespace) -> None:
    folder = Path(options.folder)
    found = sorted(found_in(folder), key=lambda run: run.configuration.stat().st_mtime)
    if found:
        table(COLUMNS, [row(run, folder) for run in found], numbers=("step", "score", "age"))
    elif folder.exists() or options.folder == "runs":
        say(f"no runs in {folder}/: `ganworks train` makes one")
    else:
        raise UsageError(f"no folder {options.folder!r}: name the one that holds your runs")


def found_in(folder: Path) -> Iterator[RunDirectory]:
    """The runs in a folder and one level below, and the folder itself if it is one."""
    from ganworks.record.run_directory import RunDirectory

    for pattern in ("run.yaml", "*/run.yaml", "*/*/run.yaml"):
        yield from (RunDirectory(file.parent) for file in folder.glob(pattern))


def row(run: RunDirectory, folder: Path) -> tuple[str, ...]:
    """What the table says of a run; one that cannot be read is listed as damaged."""
    name = str(run.path.relative_to(folder)) if run.path != folder else str(folder)
    try:
        configuration, status = run.read_configuration(), run.read_status()
        recipe, data = str(configuration["recipe"]), str(configuration["data"]["source"])
        time = datetime.fromisoformat(status["time"]) if "time" in status else None
        steps = [status["step"], *(line["step"] for line in run.read_metrics()[-1:])]
        state, step = str(status["state"]), str(max(steps))
    except (GanworksError, OSError, ValueError, KeyError, TypeError):
        return name, "", "", "", "", "damaged", ""
    return name, recipe, data, step, score(run), state, age(time)


def score(run: RunDirectory) -> str:
    """The newest score of a run that ranks it, if it was ever scored."""
    from ganworks.scores.evaluation import history
    from ganworks.scores.evaluation.ranking import ranked

    try:
        name, value = ranked(history.read(run.path)[-1])
    except (GanworksError, LookupError, ValueError, StopIteration, TypeError):
        return ""
    return f"{name} {value:.4g}"


def age(time: datetime | None) -> str:
    """The time since `time` in its largest unit."""
    if time is None:
        return ""
    seconds = max(0, int((datetime.now(UTC) - time).total_seconds()))
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
