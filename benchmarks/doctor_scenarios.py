"""Trainings that are known to fail, in one way each, and trainings that are known not to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from ganworks.data import toys
from ganworks.networks import dcgan, mlp

HERE = "benchmarks.doctor_scenarios"

MIXTURES = {
    "ring": toys.ring(),
    "ring-turned": toys.rotated(toys.ring()),
    "wide-ring": toys.ring(modes=6, std=0.05),
    "nine": toys.grid(side=3, spacing=1.0, std=0.05),
}
"""Points on which a steady game comes near the data within the budget."""


@dataclass(frozen=True)
class Scenario:
    """One way to train.

    Args:
        recipe, settings: of the training.
        source: of `MIXTURES`, or of the catalogue.
        names: the at most three diagnoses that name what was induced, the most fitting first; none if healthy.
        seeds: how many, of which every second belongs to the held-out half.
        samples: train on so few only.
        rescuable: whether a change of configuration alone can be expected to save it.
        held_out: no seed of it belongs to the development half.
    """

    recipe: str
    source: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    seeds: int = 10
    samples: int | None = None
    rescuable: bool = False
    held_out: bool = False


class DeafGenerator(mlp.Generator):
    """Hears the same latent every time."""

    def forward(self, latent: Tensor, condition: Tensor | None = None) -> Tensor:
        return super().forward(torch.zeros_like(latent) + 1e-3 * latent)


class DeadGenerator(mlp.Generator):
    """Its rectifiers begin where they hardly ever fire."""

    def __init__(self, shape: tuple[int, ...], latent: int, hidden: tuple[int, ...] = (128, 128)) -> None:
        super().__init__(shape, latent, hidden)
        for layer in self.layers:
            if isinstance(layer, nn.Linear) and layer is not self.layers[-2]:
                nn.init.constant_(layer.bias, -3.0)


class FoldedGenerator(mlp.Generator):
    """Makes nothing left of the middle."""

    def forward(self, latent: Tensor, condition: Tensor | None = None) -> Tensor:
        across, up = super().forward(latent).split(1, dim=1)
        return torch.cat([across.abs(), up], 1)


class FaultyGenerator(mlp.Generator):
    """Gives NaN once it has been called often enough."""

    def __init__(self, shape: tuple[int, ...], latent: int, hidden: tuple[int, ...] = (128, 128)) -> None:
        super().__init__(shape, latent, hidden)
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, latent: Tensor, condition: Tensor | None = None) -> Tensor:
        self.calls += self.training
        return super().forward(latent) / torch.where(self.calls > 400, 0.0, 1.0) ** 0.5


class CheckeredGenerator(dcgan.Generator):
    """Doubles with kernels of 3, which a stride of 2 does not divide."""

    def __init__(self, shape: tuple[int, ...], latent: int, width: int = 64) -> None:
        super().__init__(shape, latent, width)
        for place, layer in enumerate(self.layers):
            if isinstance(layer, nn.ConvTranspose2d) and layer.stride == (2, 2):
                self.layers[place] = nn.ConvTranspose2d(
                    layer.in_channels, layer.out_channels, 3, 2, 1, 1, bias=layer.bias is not None
                )


class DeafImages(dcgan.Generator):
    """Hears the same latent every time."""

    def forward(self, latent: Tensor, condition: Tensor | None = None) -> Tensor:
        return super().forward(torch.ones_like(latent) + 1e-3 * latent)


class DeadImages(dcgan.Generator):
    """Its norms begin where the rectifiers behind them hardly ever fire."""

    def __init__(self, shape: tuple[int, ...], latent: int, width: int = 64) -> None:
        super().__init__(shape, latent, width)
        for layer in self.layers:
            if isinstance(layer, nn.BatchNorm2d):
                nn.init.constant_(layer.bias, -4.0)


class NormalisedEnds(dcgan.Generator):
    """Batch norm where DCGAN warns of it: at the output, before tanh, with a large gain."""

    def __init__(self, shape: tuple[int, ...], latent: int, width: int = 64) -> None:
        super().__init__(shape, latent, width)
        norm = nn.BatchNorm2d(shape[0], momentum=0.9)
        nn.init.constant_(norm.weight, 20.0)
        self.layers = nn.Sequential(*list(self.layers)[:-1], norm, nn.Tanh())


def swapped_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Calls real samples fake and fake ones real."""
    return nn.functional.softplus(real).mean() + nn.functional.softplus(-fake).mean()


def swapped_generator(fake: Tensor) -> Tensor:
    return nn.functional.softplus(-fake).mean()


class Swapped:
    """An objective whose labels are the wrong way round."""

    discriminator = staticmethod(swapped_discriminator)
    generator = staticmethod(swapped_generator)


MLP = {"name": "mlp", "hidden": [128, 128]}
POINTS: dict[str, Any] = {
    "game.generator": MLP,
    "game.discriminator": {**MLP, "frequencies": 0},
    "game.latent": {"size": 16, "discrete": 14, "spread": 1},
    "training.batch_size": 256,
    "training.accumulate": 2,
    "training.schedule": {"decay_from": 0, "decay_to": 12_000, "shape": "linear", "floor": 0.05},
    "training.steps": 2500,
    "training.threads": 1,
    "data.hold_out": 0.1,
    "record.signals_every": 50,
}
IMAGES: dict[str, Any] = {
    "game.generator": {"name": "dcgan", "width": 16},
    "game.discriminator": {"name": "dcgan", "width": 16, "batch_norm": False},
    "game.latent.size": 64,
    "training.batch_size": 64,
    "training.steps": 600,
    "training.threads": 1,
    "training.precision": "fp32",
    "data.resolution": 16,
    "data.hold_out": 0.1,
    "record.signals_every": 15,
    "record.evaluate_every": 60,
    "record.evaluate_samples": 1000,
}
ADAM: dict[str, Any] = {"name": "adam", "lr": 1e-3, "eps": 1e-8, "decay": 1}
PLAIN: dict[str, Any] = {
    "game.objective": "nonsaturating",
    "game.penalties": {"r1": False, "r2": False},
    "training.optimisers.generator": {**ADAM, "betas": [0.5, 0.9]},
    "training.optimisers.discriminator": {**ADAM, "betas": [0.5, 0.9]},
}
"""The game of 2014 without anything that keeps it stable."""
STEADY: dict[str, Any] = {
    "game.objective": "relativistic",
    "game.penalties": {"r1": {"gamma": 0.1, "anneal": None}, "r2": {"gamma": 0.1, "anneal": None}},
    "training.optimisers.generator": {**ADAM, "betas": [0.0, 0.9]},
    "training.optimisers.discriminator": {**ADAM, "betas": [0.0, 0.9]},
}


def rate(player: str, value: float) -> dict[str, Any]:
    return {f"training.optimisers.{player}.lr": value}


FEW: dict[str, Any] = {
    **IMAGES,
    **PLAIN,
    "data.hold_out": 0.4,
    "training.batch_size": 16,
    "training.steps": 3000,
    "record.signals_every": 60,
    "record.evaluate_every": None,  # 24 pictures are too few to score by
}
"""For forty pictures, of which D learns from twenty-four."""
NORMED: dict[str, Any] = {**IMAGES, "game.discriminator": {"name": "dcgan", "width": 16}}
"""With DCGAN's own D, which has batch norm."""
HEAVY = {"name": "sgd", "lr": 0.05, "momentum": 0.9}

FAILING: dict[str, Scenario] = {
    "d-rate-x50-nine": Scenario(
        "toy",
        "nine",
        {**PLAIN, **rate("discriminator", 0.05)},
        ("strong-discriminator", "divergence", "collapse"),
        rescuable=True,
    ),
    "g-rate-x50-ring": Scenario(
        "toy",
        "ring",
        {**PLAIN, **rate("generator", 0.05)},
        ("oscillation", "collapse", "dropped-modes"),
        rescuable=True,
    ),
    "vanilla-nine": Scenario("toy", "nine", PLAIN, ("dropped-modes", "collapse", "oscillation"), rescuable=True),
    "vanilla-ring": Scenario("toy", "ring", PLAIN, ("dropped-modes", "collapse", "oscillation"), rescuable=True),
    "momentum-ring": Scenario(
        "toy",
        "ring",
        {**PLAIN, "training.optimisers.generator": HEAVY, "training.optimisers.discriminator": HEAVY},
        ("oscillation", "divergence", "dropped-modes"),
        rescuable=True,
    ),
    "nan": Scenario("toy", "ring", {**STEADY, "game.generator": {"name": f"{HERE}:FaultyGenerator"}}, ("divergence",)),
    "deaf-generator": Scenario(
        "toy",
        "ring",
        {**STEADY, "game.generator": {"name": f"{HERE}:DeafGenerator", "hidden": [128, 128]}},
        ("collapse",),
    ),
    "dead-generator": Scenario(
        "toy",
        "nine",
        {**STEADY, "game.generator": {"name": f"{HERE}:DeadGenerator"}},
        ("dead-units", "collapse"),
    ),
    "swapped-labels": Scenario(
        "toy",
        "ring",
        {**PLAIN, "game.objective": f"{HERE}:Swapped"},
        ("generator-wins", "divergence"),
    ),
    "resting-generator": Scenario(
        "toy",
        "nine",
        {**STEADY, **rate("generator", 1e-7)},
        ("stalled", "strong-discriminator"),
        rescuable=True,
    ),
    "saturating-strong-d": Scenario(
        "toy",
        "ring",
        {**PLAIN, "game.objective": "saturating", "game.discriminator_steps": 5, **rate("generator", 1e-4)},
        ("strong-discriminator", "dropped-modes", "collapse"),
        rescuable=True,
    ),
    "few-images": Scenario("r3gan", "fashion-10k", FEW, ("overfitting",), samples=40, rescuable=True),
    "kernel-3-stride-2": Scenario(
        "r3gan",
        "fashion-10k",
        {**IMAGES, "game.generator": {"name": f"{HERE}:CheckeredGenerator", "width": 16}},
        ("checkerboard",),
    ),
    "normalised-output": Scenario(
        "r3gan",
        "fashion-10k",
        {**IMAGES, "game.generator": {"name": f"{HERE}:NormalisedEnds", "width": 16}},
        ("saturation", "covariate-shift"),
    ),
    "vanilla-strong-d-images": Scenario(
        "r3gan",
        "emoji-fluent",
        {**IMAGES, **PLAIN, **rate("generator", 1e-4), **rate("discriminator", 4e-3)},
        ("strong-discriminator", "collapse", "divergence"),
        rescuable=True,
    ),
    "unbound-critic-wide": Scenario(
        "toy",
        "wide-ring",
        {**PLAIN, "game.objective": "wasserstein"},
        ("oscillation", "divergence", "collapse"),
        seeds=5,
        rescuable=True,
        held_out=True,
    ),
    "folded-generator": Scenario(
        "toy",
        "ring-turned",
        {**STEADY, "game.generator": {"name": f"{HERE}:FoldedGenerator", "hidden": [128, 128]}},
        ("dropped-modes",),
        seeds=5,
        held_out=True,
    ),
    "deaf-generator-digits": Scenario(
        "r3gan",
        "mnist-5k",
        {**IMAGES, "game.generator": {"name": f"{HERE}:DeafImages", "width": 16}},
        ("collapse",),
        seeds=5,
        held_out=True,
    ),
    "dead-generator-emoji": Scenario(
        "r3gan",
        "emoji-fluent",
        {**IMAGES, "game.generator": {"name": f"{HERE}:DeadImages", "width": 16}},
        ("dead-units", "collapse"),
        seeds=5,
        held_out=True,
    ),
    "swapped-labels-digits": Scenario(
        "r3gan",
        "mnist-5k",
        {**IMAGES, **PLAIN, "game.objective": f"{HERE}:Swapped"},
        ("generator-wins", "divergence"),
        seeds=5,
        held_out=True,
    ),
    "few-digits": Scenario(
        "r3gan", "mnist-5k", FEW, ("overfitting",), seeds=5, samples=40, rescuable=True, held_out=True
    ),
}

HEALTHY: dict[str, Scenario] = {
    "rpgan-ring": Scenario("toy", "ring", STEADY, seeds=30),
    "rpgan-nine": Scenario("toy", "nine", STEADY, seeds=30),
    "rpgan-turned": Scenario("toy", "ring-turned", STEADY, seeds=20),
    "gan-r1-r2-wide": Scenario("toy", "wide-ring", {**STEADY, "game.objective": "nonsaturating"}, seeds=20),
    "lsgan-r1-r2-nine": Scenario("toy", "nine", {**STEADY, "game.objective": "least-squares"}, seeds=10),
    "wgan-gp-wide": Scenario(
        "toy",
        "wide-ring",
        {
            **STEADY,
            "game.objective": "wasserstein",
            "game.penalties": {"r1": False, "r2": False, "gradient": {"weight": 0.1}},
            "game.discriminator_steps": 3,
        },
        seeds=10,
    ),
    "ragan-r1-r2-turned": Scenario(
        "toy", "ring-turned", {**STEADY, "game.objective": "relativistic-average"}, seeds=5, held_out=True
    ),
    "r3gan-fashion": Scenario("r3gan", "fashion-10k", IMAGES, seeds=4),
    "r3gan-mnist": Scenario("r3gan", "mnist-5k", IMAGES, seeds=4),
    "r3gan-emoji": Scenario("r3gan", "emoji-fluent", IMAGES, seeds=4),
    "dcgan-fashion": Scenario("dcgan", "fashion-10k", NORMED, seeds=4),
    "dcgan-digits": Scenario("dcgan", "mnist-5k", NORMED, seeds=3, held_out=True),
    "sngan-fashion": Scenario(
        "sngan",
        "fashion-10k",
        {
            **IMAGES,
            "game.generator": {"name": "resnet", "width": 16},
            "game.discriminator": {"name": "resnet", "width": 16},
            "game.discriminator_steps": 2,
        },
        seeds=4,
    ),
}
