"""Every recipe plays a step with everything that can be chosen, or refuses it with a reason."""

from __future__ import annotations

import pytest
import torch
from tests.small import RECIPES, samples, small, trainer

from ganworks.errors import GanworksError, UsageError
from ganworks.lookup import names
from ganworks.recipes import configure
from ganworks.tree import Tree

SMALL_PLAYERS = {"mlp": {"hidden": [8]}, "dcgan": {"width": 4}, "resnet": {"width": 4}, "lstm": {"hidden": 4}}
CHOICES: list[Tree] = [
    *({"game": {"objective": objective}} for objective in names("ganworks.losses.objectives")),
    *({"game": {"penalties": {penalty: {}}}} for penalty in names("ganworks.losses.penalties")),
    {"game": {"penalties": {"r1": {}, "r2": {}, "gradient": {}}}},
    {"game": {"penalties": {"r1": False, "r2": False, "gradient": False}}},
    *({"game": {"generator": {"name": name, **SMALL_PLAYERS[name]}}} for name in SMALL_PLAYERS),
    *({"game": {"discriminator": {"name": name, **SMALL_PLAYERS[name]}}} for name in SMALL_PLAYERS),
    {"game": {"discriminator_steps": 3}},
    {"game": {"latent": {"distribution": "uniform"}}},
    {"training": {"play": "simultaneous"}},
    {"training": {"accumulate": 2}},
    {"training": {"clip_gradients": 0.5}},
    {"training": {"precision": "bf16"}},
    *({"training": {"optimisers": {"discriminator": {"name": name}}}} for name in ("adam", "rmsprop", "sgd")),
]
REFUSALS = {
    ("wgan", "play"): "set game.discriminator_steps to 1",
    ("wgan-gp", "play"): "set game.discriminator_steps to 1",
    ("sngan", "play"): "set game.discriminator_steps to 1",
    ("toy", "dcgan"): "the recipe toy is for points",
    ("toy", "resnet"): "the recipe toy is for points",
    ("toy", "lstm"): "a recurrent network needs images or sequences",
    **dict.fromkeys(
        (("improved-dcgan", name) for name in ("hinge", "relativistic", "relativistic-average", "wasserstein")),
        "no targets",
    ),
    **dict.fromkeys(
        (("improved-dcgan", f"{name}': {{}}") for name in ("r1", "r2", "gradient", "dragan")),
        "with minibatch-discrimination D judges a sample by its neighbours",
    ),
    **dict.fromkeys(
        (("improved-dcgan", f"generator': {{'name': '{name}") for name in ("mlp", "lstm")), "no batch norm to replace"
    ),
    **dict.fromkeys(
        (
            (recipe, f"{name}': {{}}")
            for recipe in ("pix2pix", "srgan", "esrgan")
            for name in ("r1", "r2", "gradient", "dragan")
        ),
        "with batch norm D judges a sample by its neighbours",
    ),
}


def reason(recipe: str, choice: Tree) -> str | None:
    """Why a recipe refuses a choice; what its family has no setting for it refuses by name."""
    game = configure(recipe).game
    for setting in choice.get("game", {}):
        if not hasattr(game, setting):
            return f"unknown setting 'game.{setting}'"
        if setting == "generator" and game.generator.name in names("ganworks.networks", "Translator"):
            return "unknown translator"
    text = str(choice)
    return next((why for (name, what), why in REFUSALS.items() if name == recipe and f"'{what}" in text), None)


@pytest.mark.parametrize("choice", CHOICES, ids=str)
@pytest.mark.parametrize("recipe", RECIPES)
def test_a_step(recipe: str, choice: Tree) -> None:
    refusal = reason(recipe, choice)
    if refusal:
        with pytest.raises(GanworksError, match=refusal):
            trainer(small(recipe, choice), samples(recipe))
        return
    player = trainer(small(recipe, choice), samples(recipe))
    before = {name: tensor.clone() for name, tensor in player.game.named_parameters()}
    player.step()
    assert player.losses()
    state = player.state()
    for network in ("generator", "discriminator"):
        moved = [n for n, old in before.items() if n.startswith(network) and not torch.equal(state[f"game/{n}"], old)]
        assert moved, f"{network} did not learn"
    generated = player.game.eval().generate(
        player.game.draw_latents(2, torch.Generator()), player.game.draw_labels(2, torch.Generator())
    )
    assert generated.shape == (2, *player.game.spec.shape)
    assert generated.isfinite().all()


WEIGHTS = {"r1": {"gamma": 30.0}, "r2": {"gamma": 30.0}, "gradient": {"weight": 70.0}, "dragan": {"weight": 70.0}}
"""Of no recipe, and enough to be felt in a step."""


@pytest.mark.parametrize("penalty", names("ganworks.losses.penalties"))
@pytest.mark.parametrize("recipe", RECIPES)
def test_a_penalty_changes_what_is_learnt(recipe: str, penalty: str) -> None:
    choice = {"game": {"penalties": {penalty: WEIGHTS[penalty]}}}
    if reason(recipe, {"game": {"penalties": {penalty: {}}}}):
        return  # refused, as tested above
    ends = []
    for tree in ({}, choice):
        player = trainer(small(recipe, tree), samples(recipe))
        player.step()
        player.losses()
        ends.append({name: tensor.detach() for name, tensor in player.game.discriminator.named_parameters()})  # type: ignore[union-attr]
    plain, penalised = ends
    assert any(not torch.allclose(plain[name], penalised[name], rtol=1e-4, atol=1e-6) for name in plain)


@pytest.mark.parametrize(("recipe", "without"), [("dcgan", {"batch_norm": False}), ("pix2pix", {"norm": "instance"})])
@pytest.mark.parametrize("penalty", names("ganworks.losses.penalties"))
def test_a_penalty_on_each_sample_s_gradient_is_refused_where_batch_norm_mixes_them(
    penalty: str, recipe: str, without: Tree
) -> None:
    choice, data = {"game": {"penalties": {penalty: {}}}}, samples(recipe, (1, 16, 16))
    with pytest.raises(UsageError, match="with batch norm D judges a sample by its neighbours: leave one of the two"):
        trainer(small(recipe, choice), data)
    player = trainer(small(recipe, choice, {"game": {"discriminator": without}}), data)
    player.step()
    assert f"discriminator/{penalty}" in player.losses()
