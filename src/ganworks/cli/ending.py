"""How a training ended: where its files are, what to do next, and the exit code."""

from __future__ import annotations

from inspect import signature
from pathlib import Path
from signal import SIGINT
from typing import TYPE_CHECKING, cast

from ganworks.cli.screen import facts, is_first_process, say

if TYPE_CHECKING:
    from ganworks.record.run_directory import RunDirectory
    from ganworks.training.session import Outcome


FAILING = 3
"""The exit code of a training that the doctor stopped."""


def finish(run: RunDirectory, outcome: Outcome, seconds: float | None = None) -> int:
    """Print where everything is, and the time that all took; the exit code, 128 + the signal that stopped it if any."""
    code = FAILING if outcome.failing else 0
    if outcome.stopped_by is not None:
        code = 128 + outcome.stopped_by
    if not is_first_process():
        return code
    facts(
        [
            ("steps", f"{outcome.step}"),
            ("speed", f"{outcome.images_per_second:.0f} img/s"),
            *([("time in all", f"{seconds:.0f} s")] if seconds is not None else []),
            *best(run),
            ("run", str(run.path)),
            *places(run),
        ]
    )
    if outcome.stopped_by is None and outcome.failing is not None:
        say(
            f"stopped: {outcome.failing.name} since step {outcome.failing.since};"
            f" `ganworks doctor {run.path}` says what helps,"
            f" `ganworks resume {run.path}` goes on as it is (with training.on_failure: warn in its run.yaml)"
        )
    elif outcome.stopped_by is None:
        say(f"samples: ganworks generate {run.path} --count 64 --out grid.png")
        if newest(run.comparisons):  # which only translators have
            say(f"translate: ganworks apply {run.path} pictures/ --out translated/{options(run)}")
    else:
        cause = "Ctrl-C" if outcome.stopped_by == SIGINT else outcome.stopped_by.name
        say(f"stopped by {cause}: ganworks resume {run.path} goes on from here")
    return code


def best(run: RunDirectory) -> list[tuple[str, str]]:
    """The best score of a run, where its training was scored."""
    from ganworks.scores.evaluation.ranking import ranked
    from ganworks.training.best import best_line

    if (line := best_line(run)) is None:
        return []
    name, value = ranked(line)
    return [("best", f"step {line['step']}, {name} {value:.4g}")]


def places(run: RunDirectory) -> list[tuple[str, str]]:
    """The newest pictures and checkpoint of a run."""
    from ganworks.training.checkpoints import checkpoints

    found = {"grid": newest(run.samples), "comparison": newest(run.comparisons)}
    found["checkpoint"] = checkpoints(run.checkpoints)[:1]
    return [(name, str(path)) for name, paths in found.items() for path in paths]


def options(run: RunDirectory) -> str:
    """What translations of a run can be asked for, as ``apply`` takes it."""
    from ganworks.games.translation import Translates
    from ganworks.recipes import find_recipe

    family = cast("type[Translates]", find_recipe(run.read_configuration()["recipe"]).family)
    asked = signature(family.translate).parameters.values()
    return "".join(f" [--{one.name} ...]" for one in asked if one.kind is one.KEYWORD_ONLY)


def newest(folder: Path) -> list[Path]:
    """The last picture of a folder, if there is one."""
    return sorted(folder.glob("*.png"))[-1:]
