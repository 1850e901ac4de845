"""Every recipe small enough to play in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ganworks.config import Configuration, DataSettings
from ganworks.data.batches import Batch, batches
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.launch import fresh_game
from ganworks.recipes import configure
from ganworks.training.trainer import Trainer
from ganworks.tree import Tree, merge

RECIPES = (
    "gan",
    "dcgan",
    "improved-dcgan",
    "cgan",
    "wgan",
    "wgan-gp",
    "lsgan",
    "sngan",
    "r3gan",
    "lstm",
    "toy",
    "pix2pix",
)

_SETTINGS: dict[str, Tree] = {
    "mlp": {"hidden": [12, 12]},
    "dcgan": {"width": 4},
    "resnet": {"width": 4},
    "lstm": {"hidden": 6},
    "unet": {"width": 4},
    "patchgan": {"width": 4, "patch": 16},
}

ENGINE: Tree = {
    "training": {
        "batch_size": 8,
        "seed": 3,
        "device": "cpu",
        "precision": "fp32",
        "compile": "off",
        "threads": 1,
        "steps": 6,
        "accumulate": 1,
    },
    "record": {"samples": 4, "log_every": 1},
}


def small(recipe: str, *overrides: Tree) -> Configuration[Any]:
    """The recipe with tiny networks, on one CPU thread."""
    tree = ENGINE
    chosen = configure(recipe).game
    for player in ("generator", "discriminator"):
        name = getattr(chosen, player).name
        tree = merge(tree, {"game": {player: {"name": name, **_SETTINGS[name]}}})
    if hasattr(chosen, "latent"):
        tree = merge(tree, {"game": {"latent": {"size": 5, "discrete": 0}}})
    for override in overrides:
        tree = merge(tree, override)
    return configure(recipe, tree)


def images(count: int = 64, shape: tuple[int, int, int] = (1, 8, 8), seed: int = 0) -> np.ndarray:
    """Noise as uint8 N×C×H×W."""
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), dtype=np.uint8)


def labels(count: int = 64, classes: int = 3) -> np.ndarray:
    return np.arange(count) % classes


def samples(recipe: str, shape: tuple[int, int, int] = (1, 8, 8)) -> Samples:
    """What the recipe can train on: noise images, labelled where it needs labels, or the ring."""
    if recipe == "toy":
        return open_samples(DataSettings(source="ring"))
    source = (images(shape=shape), labels()) if recipe == "cgan" else images(shape=shape)
    opened = open_samples(DataSettings(input=configure(recipe).data.input), source=source)
    assert isinstance(opened, Samples)
    return opened


def trainer(configuration: Configuration[Any], data: Samples) -> Trainer:
    """A trainer of `configuration` as `ganworks.train` would make it."""
    training = configuration.training

    def stream(start: int) -> Iterator[Batch]:
        return batches(data, training.batch_size, training.seed, start=start)

    return Trainer(fresh_game(configuration, data.spec), training, stream)


def flat(tree: Tree, prefix: str = "") -> dict[str, object]:
    """A tree by dotted names."""
    found: dict[str, object] = {}
    for name, value in tree.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found
