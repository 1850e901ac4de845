"""Every recipe small enough to play in milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ganworks.config import Configuration, DataSettings
from ganworks.data.batches import batches
from ganworks.data.given import Given
from ganworks.data.identities import identified
from ganworks.data.open import open_samples
from ganworks.data.pairing import handed
from ganworks.data.poses import reposed
from ganworks.data.samples import Samples
from ganworks.launch import fresh_game
from ganworks.lookup import Part
from ganworks.recipes import configure, find_recipe
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
    "cyclegan",
    "srgan",
    "esrgan",
    "age-cgan",
    "inpainting",
    "pose",
)
"""All of them. What a new one needs to be small is a line in `_NETWORKS`, `_FAMILIES` or `_HANDED`."""

_NETWORKS: dict[str, Tree] = {
    "mlp": {"hidden": [12, 12]},
    "dcgan": {"width": 4},
    "resnet": {"width": 4},
    "lstm": {"hidden": 6},
    "unet": {"width": 4},
    "resnet-translator": {"width": 4, "blocks": 1},
    "patchgan": {"width": 4, "patch": 16},
    "srresnet": {"width": 4, "blocks": 1},
    "rrdb": {"width": 4, "blocks": 1, "growth": 2},
    "vgg-discriminator": {"width": 2},
    "imagenet": {},
    "icgan": {"width": 4, "dense": 8},
    "context-encoder": {"width": 4, "bottleneck": 8},
}
"""Settings with which a network is tiny, by its name."""

_FAMILIES: dict[str, Tree] = {
    **{name: {"pretraining": 0, "content": 0.0} for name in ("srgan", "esrgan")},
    "cyclegan": {"pool": 5},
    "age-cgan": {"adversarial_steps": 4, "search": 2},
    "pose": {"coarse_steps": 0},
}
"""Further settings of a recipe's game: short stages, small memories."""

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
    tree = merge(ENGINE, {"game": _FAMILIES.get(recipe, {})})
    chosen = configure(recipe).game
    for player, network in chosen:
        if isinstance(network, Part):
            tree = merge(tree, {"game": {player: {"name": network.name, **_NETWORKS[network.name]}}})
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


def another_domain(samples: Samples) -> Samples:
    """The samples with half as many others, unpaired."""
    return handed(samples, Given(images(len(samples) // 2, samples.spec.shape, seed=1), paired=False), "unpaired")


def in_poses(samples: Samples) -> Samples:
    """The samples as pictures of eight people, with keypoints all over them."""
    high = max(samples.spec.shape[1:])
    keypoints = np.random.default_rng(2).uniform(0, high, (len(samples), 17, 3)).astype(np.float32)
    return reposed(identified(samples, [str(row % 8) for row in range(len(samples))]), keypoints)


_HANDED: dict[str, Callable[[Samples], Samples]] = {"cyclegan": another_domain, "pose": in_poses}
"""What the samples of a recipe are handed, where its own `data.input` is not made of them."""


def samples(recipe: str, shape: tuple[int, int, int] = (1, 8, 8)) -> Samples:
    """What the recipe can train on: noise images, labelled and with inputs where it needs them, or the ring."""
    if recipe == "toy":
        return open_samples(DataSettings(source="ring"))
    source = (images(shape=shape), labels()) if find_recipe(recipe).family.needs_labels else images(shape=shape)
    hand, made = _HANDED.get(recipe), configure(recipe).data.input
    opened = open_samples(DataSettings(input=None if hand else made), source=source)
    assert isinstance(opened, Samples)
    return hand(opened) if hand else opened


def trainer(configuration: Configuration[Any], data: Samples) -> Trainer:
    """A trainer of `configuration` as `ganworks.train` would make it."""
    training = configuration.training
    game = fresh_game(configuration, data.spec)
    game.meet(next(batches(data, 8, training.seed)))
    return Trainer(game, training, lambda start: batches(data, training.batch_size, training.seed, start=start))


def flat(tree: Tree, prefix: str = "") -> dict[str, object]:
    """A tree by dotted names."""
    found: dict[str, object] = {}
    for name, value in tree.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found
