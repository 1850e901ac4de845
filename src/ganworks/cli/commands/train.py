"""Train a recipe on images or points."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganworks.cli.arguments import Parser, seconds, tree_of
from ganworks.cli.ending import finish
from ganworks.cli.known_recipes import default_recipe, recipe_names
from ganworks.cli.screen import is_first_process, say, watcher
from ganworks.errors import UsageError, unknown

if TYPE_CHECKING:
    from ganworks.config import TrainingSettings

DESCRIPTION = "Train RECIPE, or the default one, on SOURCE, or on the images inside ganworks."
SHORT = {
    "data": ("SOURCE", "data.source", "folder, .zip, .npz, .npy, IDX or `ganworks data list`"),
    "input": ("SOURCE", "data.input", "what is translated: another source, left, right, edges"),
    "steps": ("N", "training.steps", "stop after N steps, each one update of the generator"),
    "for": ("TIME", "training.duration", "stop after a time such as 90s, 10m or 1h30m"),
    "batch-size": ("B", "training.batch_size", "samples in a batch"),
    "resolution": ("R", "data.resolution", "height and width in pixels; by default the data's own"),
    "seed": ("S", "training.seed", "of everything random"),
    "out": ("RUN", None, "folder of the run; by default runs/RECIPE-DATA-N"),
    "from": ("RUN", "training.start_from", "run or file whose weights to start from"),
    "device": ("D", "training.device", "auto, cpu, cuda, cuda:N or mps"),
    "precision": ("P", "training.precision", "auto, fp32 or bf16"),
    "compile": ("C", "training.compile", "auto, on or off"),
    "devices": ("N", "training.devices", "processes, one device each"),
    "evaluate-every": ("N", "record.evaluate_every", "score every N steps, and keep the best"),
    "on-failure": ("HOW", "training.on_failure", "warn, stop or remedy when the doctor finds that it fails"),
    "config": ("FILE", None, "settings from a YAML file, which options override"),
}
"""What people type most: the word for its value, the setting it stands for, and what it is."""


def add(parser: Parser) -> None:
    parser.takes_settings = True
    parser.usage = f"{parser.prog} [RECIPE|PATH] [options]"
    parser.description = DESCRIPTION
    listed = parser.add_argument_group()
    listed.add_argument("target", nargs="?", metavar="RECIPE|PATH", help="a recipe, or data for the default one")
    length = listed.add_mutually_exclusive_group()
    for name, (metavar, _, text) in SHORT.items():
        place = length if name in ("steps", "for") else listed
        place.add_argument(f"--{name}", metavar=metavar, help=text, type=seconds if name == "for" else str)
    listed.add_argument("--dry-run", action="store_true", help="show settings, sizes and cost; train and write nothing")
    listed.add_argument("--help-all", action="store_true", help="list all settings, options too: --data.mirror true")


def run(options: Namespace) -> int | None:
    recipe, tree = chosen(options)
    if options.help_all:
        from ganworks.cli.every_setting import print_settings

        print_settings(recipe, tree)
        return None
    from ganworks.api import next_run
    from ganworks.launch import launch
    from ganworks.recipes import configure
    from ganworks.record.run_directory import RunDirectory

    configuration = configure(recipe, tree)
    if options.dry_run:
        from ganworks.cli.estimate import print_estimate

        print_estimate(configuration)
        return None
    directory = RunDirectory(options.out) if options.out else next_run(configuration)
    if is_first_process():
        say(f"{recipe} on {configuration.data.source}, {extent(configuration.training, tree)}, into {directory.path}")
    return finish(directory, launch(configuration, directory, console=watcher()))


def chosen(options: Namespace) -> tuple[str, dict[str, Any]]:
    """The recipe and the settings that the options ask for; a file's settings lie below those of the options."""
    from ganworks.tree import merge, read

    given = {name: text for name in SHORT if (text := getattr(options, name.replace("-", "_"))) is not None}
    recipe, data = target_of(options.target)
    if data is not None and "data" in given:
        raise UsageError(f"data is given twice: {data!r} and --data {given['data']!r}; leave one out")
    texts = [(key, str(given[name])) for name, (_, key, _) in SHORT.items() if key and name in given]
    tree = read(Path(options.config)) if options.config else {}
    # Only one end was asked for: the other one must not come from below.
    if "steps" in given or "for" in given:
        tree = merge(tree, {"training": {"steps": None, "duration": None}})
    tree = merge(tree, tree_of([("data.source", data)] if data is not None else []))
    tree = merge(merge(tree, tree_of(texts)), tree_of(options.settings))
    return str(recipe or tree.get("recipe") or default_recipe()), tree


def target_of(word: str | None) -> tuple[str | None, str | None]:
    """The recipe or the data that the first word names."""
    if word is None or word in recipe_names():
        return word, None
    if Path(word).expanduser().exists():
        return None, word
    if ":" in word and "\\" not in word:
        return word, None
    from ganworks.data.catalogue.entries import ENTRIES

    if word in ENTRIES or any(mark in word for mark in "/\\.~"):
        return None, word
    raise unknown("recipe", word, [*recipe_names(), *ENTRIES])


def extent(training: TrainingSettings, tree: dict[str, Any]) -> str:
    """How long a training will be, in words."""
    if training.duration is not None:
        return f"for {training.duration:g} s"
    asked = tree.get("training", {}).get("steps") is not None
    length = f"{training.steps} step{'s' if training.steps != 1 else ''}"
    return length if asked else f"{length} (the default: --steps or --for change it)"
