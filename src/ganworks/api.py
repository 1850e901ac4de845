"""The Python interface: train, resume and load runs."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from rich.console import Console
from torch import nn

from ganworks.config import Configuration
from ganworks.errors import UsageError, unknown
from ganworks.launch import launch
from ganworks.lookup import Copies, supply
from ganworks.recipes import DEFAULT, configure
from ganworks.record.run_directory import RunDirectory
from ganworks.runs import Run, configuration_from, load
from ganworks.training.session import Outcome
from ganworks.tree import Tree, dotted, merge

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
    "generator": "game.generator",
    "discriminator": "game.discriminator",
    "objective": "game.objective",
}
"""Short names for what people set most."""


def train(
    recipe: str = DEFAULT,
    data: object = None,
    *,
    out: Path | str | None = None,
    settings: Mapping[str, Any] | None = None,
    progress: bool = False,
    **short: Any,
) -> Run:
    """Train a recipe and return the run.

    Args:
        recipe: name of a recipe.
        data: folder, archive, array file or catalogue name; an array, tensor or torch Dataset.
        out: the run's directory; by default runs/RECIPE-DATA-N.
        settings: any setting by its dotted name, ``{"training.schedule.warmup": 100}``.
        progress: show progress on the terminal.
        short: steps, duration (seconds), batch_size, resolution, seed, device, precision, ... as in `SHORT`;
            generator and discriminator may be names, import paths, nn.Module classes or instances.
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
    launch(configuration, directory, source=source, console=Console(stderr=True) if progress else None)
    return load(directory.path)


def resume(
    path: Path | str, *, steps: int | None = None, data: object = None, console: Console | None = None
) -> Outcome:
    """Continue a run where its newest checkpoint left it, to `steps` in all if given."""
    directory = RunDirectory(path).require()
    configuration = configuration_from(directory.read_configuration())
    if data is None and configuration.data.source.startswith("python:"):
        raise UsageError(
            f"{path} was trained on an object from Python: pass it again with ganworks.resume(..., data=...)"
        )
    if steps is not None:
        training = configuration.training.model_copy(update={"steps": steps, "duration": None})
        configuration = configuration.model_copy(update={"training": training})
    return launch(configuration, directory, resume=True, source=data, console=console)


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
