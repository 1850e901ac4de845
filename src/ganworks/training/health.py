"""The checkpoints that were written while nothing was wrong, to which a failing training is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosing import remedies, treated
from ganworks.doctor.diagnosis import Diagnosed
from ganworks.record.run_directory import RunDirectory, append, whole_lines
from ganworks.training.best import FOLDER as BEST
from ganworks.training.best import link
from ganworks.training.checkpoints import checkpoints, step_of
from ganworks.tree import Tree

FOLDER, TREATMENTS = "healthy", "remedies.jsonl"
KEPT = 8


def keep_healthy(run: RunDirectory) -> None:
    """Let `healthy/` hold the newest checkpoint too, and older ones: a failure begins long before it is noticed.

    Of those whose ages lie between two powers of 2 (in steps) only the oldest stays, so that ages about double, and of
    these the newest eight: they reach back over more than 30 checkpoints, and never further than 128.
    """
    folder = run.path / FOLDER
    link(checkpoints(run.checkpoints)[0], folder)
    found = checkpoints(folder)
    oldest = {(step_of(found[0]) - step_of(path)).bit_length(): path for path in found}
    for path in set(found) - set(list(oldest.values())[:KEPT]):
        path.unlink(missing_ok=True)


def treatments(run: RunDirectory) -> list[dict[str, Any]]:
    """What was done to a run so far, in order."""
    return whole_lines(run.path / TREATMENTS)


def treat(
    run: RunDirectory,
    found: Diagnosed,
    configuration: Configuration[Any],
    step: int,
    plays: Callable[[Configuration[Any]], bool],
) -> Configuration[Any] | None:
    """The configuration with the first remedy that `plays` and was not tried yet, and the run where it was healthy.

    It goes on from the newest checkpoint before the failure began, or anew where there is none or where the remedy
    changes what a checkpoint holds. None when no remedy is left.
    """
    tried = {line["why"] for line in treatments(run)}
    offered = remedies(found.name, configuration, plays)
    chosen = next((remedy for remedy in offered if remedy.why not in tried), None)
    if chosen is None:
        return None
    healthy = [path for path in checkpoints(run.path / FOLDER) if step_of(path) < found.since]
    if healthy and keeps_weights(chosen.overrides):
        link(healthy[0], run.checkpoints)
        back_to = step_of(healthy[0])
    else:
        back_to = 0
    for folder in (run.checkpoints, run.path / FOLDER, run.path / BEST):
        for path in checkpoints(folder):
            if step_of(path) > back_to or not back_to:
                path.unlink(missing_ok=True)
    note = {
        "step": step,
        "diagnosis": found.name,
        "since": found.since,
        "back_to": back_to,
        "overrides": chosen.overrides,
        "why": chosen.why,
    }
    better = treated(configuration, chosen)
    # In this order a kill leaves no checkpoint that its configuration does not fit, and no remedy that is noted only.
    run.write_configuration(better.model_dump(mode="json"))
    append(run.path / TREATMENTS, note)
    return better


def keeps_weights(overrides: Tree) -> bool:
    """Whether checkpoints fit a game and optimisers that were changed like this."""
    game, training = overrides.get("game", {}), overrides.get("training", {})
    networks = {"generator", "discriminator", "latent", "stabilisers"} & game.keys()
    others = any("name" in optimiser for optimiser in training.get("optimisers", {}).values())
    return not networks and not others
