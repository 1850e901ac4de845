"""Continue a run from its newest checkpoint."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ganworks.cli.arguments import Parser, count
from ganworks.cli.ending import finish
from ganworks.cli.screen import say, watcher
from ganworks.errors import UsageError

if TYPE_CHECKING:
    from ganworks.record.run_directory import RunDirectory


def add(parser: Parser) -> None:
    parser.add_argument("run", metavar="RUN", help="folder of the run")
    parser.add_argument("--steps", metavar="N", type=count, help="train to this step instead of the configured one")
    parser.add_argument("--device", help="go on with another device than the run was begun with")


def run(options: Namespace) -> int:
    from ganworks.record.run_directory import RunDirectory

    directory = RunDirectory(options.run)
    planned = (directory.read_configuration().get("training") or {}).get("steps")
    reached = reached_step(directory)
    if options.steps is not None and options.steps <= reached:
        raise UsageError(f"{directory.path} is at step {reached} already: --steps must be more than that")
    if options.steps is None and planned is not None and planned <= reached:
        say(f"{directory.path} has finished its {planned} steps: --steps N trains it further")
        return 0
    from ganworks.api import configuration_to_resume
    from ganworks.launch import launch

    configuration = configuration_to_resume(directory, options.steps, options.device)
    return finish(directory, launch(configuration, directory, resume=True, console=watcher()))


def reached_step(run: RunDirectory) -> int:
    """The step of the newest checkpoint, 0 without one."""
    from ganworks.training.checkpoints import checkpoints, step_of

    return max((step_of(path) for path in checkpoints(run.checkpoints)), default=0)
