"""Every stabiliser with every recipe changes what is learnt, or says why it cannot; cut and resumed, it is exact."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.comparing import identical, silent
from tests.small import ENGINE, RECIPES, flat, images
from tests.stabilisers.playing import player
from torch import Tensor

import ganworks
from ganworks.errors import UsageError
from ganworks.games.generation import generate
from ganworks.lookup import names
from ganworks.training.checkpoints import load_newest, save_checkpoint
from ganworks.training.trainer import Trainer
from ganworks.tree import Tree

STABILISERS = names("ganworks.stabilisers", "stabiliser")
SHAPE = (1, 16, 16)

SETTINGS: dict[str, dict[str, Any]] = {
    "activation": {"slope": 0.3},
    "balancing": {"low": 1.4, "high": 2.0},
    "feature-matching": {"adversarial": 0.5},
    "historical-averaging": {"weight": 0.1},
    "label-flipping": {"probability": 0.45},
    "label-smoothing": {"real": 0.8},
    "minibatch-discrimination": {"kernels": 8},
    "spectral-norm": {"iterations": 2},
    "virtual-batch-norm": {"size": 32},
    "weight-clipping": {"limit": 0.005},
}
"""That act within three steps, and differ from what a recipe has already."""

ALONE = "D judges a sample by its neighbours: leave one of the two out"
NO_TARGETS = "this objective has no targets to smooth"
NO_COMPANY = "it has neither batch norm nor minibatch discrimination"
NO_NORM = "the generator has no batch norm to replace"
NO_BALANCE = "no value at which neither player leads"
DENSE = "instance norm is over space, which dense layers do not have"
NO_PRIOR = "the generator is given pictures, not draws from a prior"
PACKS = "1 samples cannot be packed by 2: let training"
TRANSLATORS = ("pix2pix", "cyclegan", "inpainting", "srgan", "esrgan", "pose")
REFUSALS = {
    "activation": {"lstm": "no hidden activation to replace"},
    "augmentation": {"toy": "the data are none"},
    "balancing": {"wgan": NO_BALANCE, "wgan-gp": NO_BALANCE},
    "dropout": {"lstm": "no hidden activation to follow"},
    "label-smoothing": dict.fromkeys(
        ("wgan", "wgan-gp", "sngan", "r3gan", "lstm", "toy", "esrgan", "age-cgan"), NO_TARGETS
    ),
    "minibatch-discrimination": {
        **dict.fromkeys(("wgan-gp", "r3gan", "lstm", "toy", "age-cgan"), ALONE),
        **dict.fromkeys(("pix2pix", "cyclegan"), "D ends in no dense layer of one output"),
    },
    "mixed-batches": dict.fromkeys(
        ("gan", "wgan-gp", "sngan", "r3gan", "lstm", "toy", "age-cgan", "cyclegan"), NO_COMPANY
    ),
    "normalisation": {"gan": DENSE, "toy": DENSE, "lstm": "has no place for it", "improved-dcgan": NO_NORM},
    "packing": dict.fromkeys(("r3gan", "lstm", "age-cgan"), PACKS),
    "several-generators": {
        "lstm": "first layer is no dense or convolutional one of 5 inputs",
        **dict.fromkeys(TRANSLATORS, NO_PRIOR),
    },
    "virtual-batch-norm": {
        **dict.fromkeys(("gan", "lstm", "toy"), NO_NORM),
        **dict.fromkeys(TRANSLATORS, NO_PRIOR),
    },
}


def refusal(recipe: str, name: str) -> str | None:
    """Why a recipe refuses a stabiliser, if it does."""
    return REFUSALS.get(name, {}).get(recipe)


def with_option(name: str) -> Tree:
    return {"game": {"stabilisers": {name: SETTINGS.get(name, {})}}}


Weights = dict[str, Tensor]


def plain_name(name: str) -> str:
    """What weights are called where no option has renamed them."""
    return re.sub(r"parametrizations\.(\w+)\.original0?$", r"\1", name)


def learnt(recipe: str, tree: Tree, start: Weights | None = None) -> tuple[Weights, Weights]:
    """The weights of both players before and after three steps, by their plain names.

    They begin as `start`, as far as an option has left them as many numbers: what it draws when it begins is no effect.
    """
    trainer = player(recipe, tree, shape=SHAPE)
    for name, weights in trainer.game.state_dict().items():
        known = (start or {}).get(plain_name(name))
        if known is not None and known.dim() == weights.dim():
            place = tuple(slice(min(sides)) for sides in zip(known.shape, weights.shape, strict=True))
            weights[place] = known[place]
    before = weights_of(trainer)
    for _ in range(3):
        trainer.step()
    trainer.losses()
    return before, weights_of(trainer)


def weights_of(trainer: Trainer) -> Weights:
    players = ("generator", "discriminator")
    return {
        plain_name(name): weights.detach().clone()
        for name, weights in trainer.game.named_parameters()
        if name.startswith(players)
    }


@pytest.fixture(scope="module")
def plain() -> dict[str, tuple[Weights, Weights]]:
    return {}


@pytest.mark.parametrize("name", STABILISERS)
@pytest.mark.parametrize("recipe", RECIPES)
def test_it_changes_what_is_learnt_or_says_why_it_cannot(
    recipe: str, name: str, plain: dict[str, tuple[Weights, Weights]]
) -> None:
    if why := refusal(recipe, name):
        with pytest.raises(UsageError, match=why):
            player(recipe, with_option(name), shape=SHAPE)
        return
    if recipe not in plain:
        plain[recipe] = learnt(recipe, {})
    before, after = plain[recipe]
    _, with_it = learnt(recipe, with_option(name), before)
    shared = [key for key in after if key in with_it and after[key].shape == with_it[key].shape]
    assert shared and any(not torch.allclose(with_it[key], after[key], rtol=1e-4, atol=1e-6) for key in shared)


ADAPTIVE = {"game": {"stabilisers": {"augmentation": {"probability": "adaptive", "target": -0.9, "ramp": 16}}}}
WHERE = {"virtual-batch-norm": "dcgan", "mixed-batches": "dcgan", "normalisation": "dcgan"}


@pytest.mark.parametrize(
    ("name", "tree"), [*((name, with_option(name)) for name in STABILISERS), ("augmentation", ADAPTIVE)], ids=str
)
def test_cut_and_resumed_it_equals_the_uncut(name: str, tree: Tree, tmp_path: Path) -> None:
    """Also what it remembers, and samples drawn from the average."""

    def fresh() -> Any:
        return player(WHERE.get(name, "gan"), tree, {"game": {"discriminator_steps": 2}}, shape=SHAPE)

    uncut, first, second = fresh(), fresh(), fresh()
    for _ in range(5):
        uncut.step()
    for _ in range(3):
        first.step()
    first.average.refresh(first.game, 0)
    save_checkpoint(tmp_path, 3, first.state(), keep=2)
    step, tensors = load_newest(tmp_path, silent)
    second.load_state(tensors, step)
    torch.manual_seed(77)
    for _ in range(2):
        second.step()
    samples = []
    for trainer in (uncut, second):
        trainer.average.refresh(trainer.game, 0)
        with trainer.average.in_place_of(trainer.game) as game:
            samples.append(generate(game.eval(), 3, seed=1))
    identical(second.state(), uncut.state())
    assert torch.equal(*samples)


def test_what_cannot_be_played_leaves_no_run_behind(tmp_path: Path) -> None:
    for name, settings, reason in [
        ("packing", {"size": 3}, "8 samples cannot be packed by 3"),
        ("feature-matching", {"layer": "nowhere"}, "unknown layer of the discriminator 'nowhere'"),
        ("label-smoothing", {"real": 7}, "real=7"),
        ("virtual-batch-norm", {}, NO_NORM),
    ]:
        options = {f"game.stabilisers.{name}": settings}
        with pytest.raises(UsageError, match=reason):
            ganworks.train("gan", images(), out=tmp_path / "run", settings={**flat(ENGINE), **options})
        assert not (tmp_path / "run").exists()


def test_a_run_is_loaded_with_its_options(tmp_path: Path) -> None:
    """A run made with options that change G's layers is sampled as it was trained."""
    options = {"dropout": {"at_generation": True}, "virtual-batch-norm": {"size": 8}, "activation": {"kind": "prelu"}}
    settings = {**flat(ENGINE), "training.steps": 2, "game.generator.width": 4, "game.discriminator.width": 4}
    settings |= {f"game.stabilisers.{name}": chosen for name, chosen in options.items()}
    run = ganworks.train("dcgan", images(), out=tmp_path / "run", settings=settings)
    loaded = ganworks.load(tmp_path / "run")
    assert torch.equal(torch.as_tensor(loaded.generate(4, seed=1)), torch.as_tensor(run.generate(4, seed=1)))
