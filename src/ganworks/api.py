"""The Python interface: train, resume, load, apply and score runs."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from signal import raise_signal
from typing import Any, Unpack

from rich.console import Console
from torch import nn

from ganworks import runs
from ganworks.applying import pictures
from ganworks.applying.pictures import Applied
from ganworks.config import Configuration, DataSettings
from ganworks.data.open import open_samples
from ganworks.errors import UsageError, unknown
from ganworks.games.translation import Direction
from ganworks.launch import launch
from ganworks.lookup import Copies, supply
from ganworks.recipes import DEFAULT, configure
from ganworks.record.run_directory import RunDirectory
from ganworks.runs import Run, configuration_from
from ganworks.scores.evaluation.evaluation import Evaluation
from ganworks.scores.evaluation.measuring import measure
from ganworks.scores.evaluation.sources import open_real
from ganworks.scores.evaluation.subject import subject_of
from ganworks.scores.evaluation.wishes import Wishes, require_meaningful
from ganworks.training.hardware import resolve_device
from ganworks.training.session import Outcome
from ganworks.tree import Tree, dotted, merge, validated

SHORT = {
    "steps": "training.steps",
    "duration": "training.duration",
    "batch_size": "training.batch_size",
    "seed": "training.seed",
    "device": "training.device",
    "devices": "training.devices",
    "precision": "training.precision",
    "compile": "training.compile",
    "start_from": "training.start_from",
    "resolution": "data.resolution",
    "input": "data.input",
    "evaluate_every": "record.evaluate_every",
    "generator": "game.generator",
    "discriminator": "game.discriminator",
    "objective": "game.objective",
    "features": "game.features",
}
"""Short names for what people set most."""
HANDED = ("generator", "discriminator", "features", "objective")
"""Of these, what can be an object from Python."""


def train(
    recipe: str = DEFAULT,
    data: object = None,
    *,
    out: Path | str | None = None,
    settings: Mapping[str, Any] | None = None,
    progress: bool = False,
    **short: Any,
) -> Run:
    """Train a recipe and return the run; Ctrl-C is raised once a checkpoint is written, for `resume` to go on from.

    Args:
        recipe: name of a recipe.
        data: folder, archive, array file or catalogue name; an array, tensor or torch Dataset.
        out: the run's directory; by default runs/RECIPE-DATA-N.
        settings: any setting by its dotted name, ``{"training.schedule.warmup": 100}``.
        progress: show progress on the terminal.
        short: steps, duration (seconds), batch_size, resolution, seed, device, precision, ... as in `SHORT`;
            generator, discriminator and features may be names, import paths, nn.Module classes or instances.
    """
    tree: Tree = {}
    for key, value in (settings or {}).items():
        tree = merge(tree, dotted(key, value))
    for name, value in short.items():
        if name not in SHORT:
            raise unknown("argument of train", name, [*SHORT, "data", "out", "settings", "progress"])
        if value is not None:
            tree = merge(tree, dotted(SHORT[name], plain(value)))
    source = None
    if isinstance(data, str | Path):
        tree = merge(tree, {"data": {"source": str(data)}})
    elif data is not None:
        source = data
        tree = merge(tree, {"data": {"source": f"python:{type(data).__name__}"}})
    configuration = configure(recipe, tree)
    directory = RunDirectory(out) if out is not None else next_run(configuration)
    deliver(launch(configuration, directory, source=source, console=Console(stderr=True) if progress else None))
    return runs.load(directory.path)


def resume(
    path: Path | str,
    *,
    steps: int | None = None,
    device: str | None = None,
    data: object = None,
    progress: bool = False,
    **parts: Any,
) -> Run:
    """Continue a run where its newest checkpoint left it, and return it.

    Args:
        path: of the run.
        steps: to train to, in all; by default what the run was begun with.
        device: to go on with; only on the one that the run was begun with is the end bit for bit the same.
        data: as in `train`, where the run was begun on an object from Python.
        progress: show progress on the terminal.
        parts: as in `load`.
    """
    directory = RunDirectory(path).require()
    tree = handed_over(parts)
    configuration = configuration_to_resume(directory, steps, device, tree, is_given=data is not None)
    console = Console(stderr=True) if progress else None
    deliver(launch(configuration, directory, resume=True, source=data, console=console))
    return runs.load(directory.path, parts=tree)


def deliver(outcome: Outcome) -> None:
    """Raise the signal that stopped a training, which was held back until its checkpoint was written.

    A program that trains many runs must end at Ctrl-C, not begin the next. Warn where it was the doctor.
    """
    if (found := outcome.failing) is not None:
        warnings.warn(f"stopped at step {outcome.step}: {found.name} since step {found.since}", RuntimeWarning, 3)
    if outcome.stopped_by is not None:
        raise_signal(outcome.stopped_by)


def load(path: Path | str, warn: Callable[[str], None] = print, best: bool = False, **parts: Any) -> Run:
    """The run in a directory or in a file that `Run.save` wrote.

    Args:
        path: of the run or file.
        warn: is told of a damaged checkpoint that is passed over.
        best: of a run that was scored during training, not its newest checkpoint but its best.
        parts: generator, discriminator or objective, where they came from Python and cannot be imported.
    """
    return runs.load(path, warn, handed_over(parts), best)


def evaluate(
    generated: object,
    data: object = None,
    *,
    seed: int = 0,
    settings: Mapping[str, Any] | None = None,
    best: bool = False,
    **wishes: Unpack[Wishes],
) -> Evaluation:
    """Score a run, or any images or points, against real ones: values, standard errors, floor, ceiling and protocol.

    Args:
        generated: a run or the path of one; or samples as `train` takes them: folder, archive, array, tensor, Dataset.
        data: what to score against; by default what a run was trained on.
        seed: of a run's samples.
        settings: of the data, ``{"resolution": 64, "split": "test"}``; of images also how they are decoded.
        best: score not the newest checkpoint of a run but its best.
        wishes: scores, count, extractor, weights, resize, device, against and progress, as
            `ganworks.scores.evaluation.wishes.Wishes` tells.

    Raises UsageError for unknown names, GanworksError for samples that cannot be compared.
    """
    if generated is None:
        raise UsageError("nothing to score: give a run or images, not None")
    if isinstance(generated, str | Path) and is_run(Path(generated)):
        generated, best = runs.load(generated, best=best), False
    if isinstance(generated, Run):
        if best:
            raise UsageError("best is of a run's folder: ganworks.load(path, best=True) gives it to score")
        return generated.evaluate(data, seed=seed, settings=settings, **wishes)
    for wish, given in (("best", best), ("seed", seed)):
        if given:
            what = generated if isinstance(generated, str | Path) else type(generated).__name__
            raise UsageError(f"{wish} is for runs, which {what} is not: leave it out")
    if data is None:
        raise UsageError("samples are scored against others: name the real ones with --data (data=... in Python)")
    if "device" in wishes:
        wishes["device"] = resolve_device(str(wishes["device"]))
    progress = wishes.get("progress", False)
    mine, theirs = ({"source": str(given)} if isinstance(given, str | Path) else {} for given in (generated, data))
    require_meaningful(settings)
    both = dict(settings or {})
    wanted = validated(DataSettings, {**both, **theirs})
    real, other = open_real(wanted, None if theirs else data, progress=progress)
    made = open_samples(
        validated(DataSettings, {**both, "split": "all", **mine}), source=None if mine else generated, progress=progress
    )
    name = str(generated) if mine else made.name
    return measure(subject_of(made, name), real, other, split=wanted.split, **wishes)


def apply(
    run: Run | Path | str,
    source: Path | str,
    out: Path | str,
    *,
    variants: int = 1,
    seed: int = 0,
    overwrite: bool = False,
    direction: Direction | None = None,
    scale: int | None = None,
    mask: Path | str | None = None,
    age: str | int | None = None,
    pose: Path | str | None = None,
    progress: bool = False,
) -> Applied:
    """Translate a picture, or those of a folder and its sub-folders, into files of the same names in the folder `out`.

    Each is translated by itself, of whatever size it is, so that it depends on its file, the seed and the wishes
    alone. Files that cannot be read are left out and told. Transparency is kept.

    Args:
        run: that translates, or its path.
        source: a picture or a folder.
        out: a folder, not the one that is translated; never is a picture written over that is to be translated.
        variants: of each picture, as NAME-1.png and on; of the seeds `seed`, `seed` + 1 and so on.
        seed: of what the translator draws.
        overwrite: write over other files.
        direction: a2b or b2a, of a run that learnt both.
        scale: how much larger pictures become.
        mask: what is missing is white in this picture, or in those of the same names in this folder.
        age: class that faces become.
        pose: file of the keypoints that figures are to have, for each picture or one entry for all.
        progress: show progress on the terminal.

    Raises UsageError, before anything is written, for wishes that the run does not know, masks of another size, and
    files that would be written over; GanworksError where no picture can be translated.
    """
    return pictures.apply(
        run if isinstance(run, Run) else runs.load(run),
        Path(source),
        Path(out),
        variants=variants,
        seed=seed,
        overwrite=overwrite,
        mask=None if mask is None else Path(mask),
        pose=None if pose is None else Path(pose),
        progress=progress,
        direction=direction,
        scale=scale,
        age=age,
    )


def is_run(path: Path) -> bool:
    """Whether a path leads to a run, in its directory or in a file of its own."""
    return RunDirectory(path).exists() or path.suffix == ".safetensors"


def handed_over(parts: Mapping[str, Any]) -> Tree:
    """The settings that lead to objects handed over from Python."""
    game: Tree = {}
    for name, value in parts.items():
        if name not in HANDED:
            raise unknown("part to hand over", name, HANDED)
        game[name] = plain(value) if name == "objective" else {"name": plain(value)}
    return {"game": game} if game else {}


def configuration_to_resume(
    run: RunDirectory,
    steps: int | None = None,
    device: str | None = None,
    parts: Tree | None = None,
    is_given: bool = False,
) -> Configuration[Any]:
    """What a run goes on with; raises UsageError where its data came from Python and are not given again."""
    configuration = configuration_from(merge(run.read_configuration(), parts or {}))
    if not is_given and configuration.data.source.startswith("python:"):
        raise UsageError(
            f"{run.path} was trained on an object from Python: pass it again with ganworks.resume(..., data=...)"
        )
    changes: dict[str, Any] = {} if steps is None else {"steps": steps, "duration": None}
    if device is not None:
        changes["device"] = device
    return configuration.model_copy(update={"training": configuration.training.model_copy(update=changes)})


def plain(value: Any) -> Any:
    """A value as the configuration holds it: a class, function or instance as the name that leads to it."""
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, nn.Module):
        return supply(f"{type(value).__module__}:{type(value).__qualname__}", Copies(value))
    if callable(value):
        return supply(f"{value.__module__}:{value.__qualname__}", value)
    return value


def next_run(configuration: Configuration[Any], home: Path = Path("runs")) -> RunDirectory:
    """The first free runs/RECIPE-DATA-N."""
    source = Path(configuration.data.source.replace(":", "-")).name.split(".")[0] or "data"
    stem = f"{configuration.recipe.replace(':', '-')}-{source}"
    return next(RunDirectory(home / f"{stem}-{n}") for n in count(1) if not (home / f"{stem}-{n}").exists())
