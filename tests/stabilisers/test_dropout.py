from __future__ import annotations

import pytest
import torch
from tests.stabilisers.playing import built, stabilised
from torch import nn

from ganworks.errors import UsageError
from ganworks.games.gan import GAN
from ganworks.games.generation import generate
from ganworks.stabilisers.dropout import Dropout, LastingDropout


def drops(network: nn.Module) -> list[LastingDropout]:
    return [layer for layer in network.modules() if isinstance(layer, LastingDropout)]


@pytest.mark.parametrize("recipe", ["gan", "dcgan", "sngan"])
def test_it_follows_every_hidden_activation_of_g(recipe: str) -> None:
    plain, game = built(recipe, shape=(1, 16, 16)), built(recipe, stabilised(dropout={}), shape=(1, 16, 16))
    rectified = [layer for layer in plain.generator.modules() if isinstance(layer, nn.ReLU)]
    assert len(drops(game.generator)) == len(rectified) > 1
    assert {layer.p for layer in drops(game.generator)} == {0.5}
    assert not drops(game.discriminator)
    assert game.generator.state_dict().keys() == plain.generator.state_dict().keys(), "checkpoints keep their names"


def test_half_of_the_numbers_are_dropped_and_the_mean_stays() -> None:
    layer, ones = LastingDropout(0.5, lasting=False), torch.ones(100, 100)
    dropped = layer(ones)
    assert sorted(dropped.unique().tolist()) == [0.0, 2.0]
    assert dropped.mean().item() == pytest.approx(1, abs=0.05)
    assert torch.equal(layer.eval()(ones), ones)


def built_with(at_generation: bool) -> GAN:
    return built("gan", stabilised(dropout={"at_generation": at_generation})).eval()


def test_generation_drops_nothing_unless_asked_to() -> None:
    game = built_with(False)
    torch.manual_seed(1)
    latents = torch.randn(4, 5)
    assert torch.equal(game.generate(latents), game.generate(latents))
    game = built_with(True)
    assert not torch.equal(game.generate(latents), game.generate(latents))


def test_the_same_seed_gives_the_same_sample_with_dropout_too() -> None:
    """Whatever else draws random numbers, however many are asked for, wherever one begins."""
    game = built_with(True)
    first = generate(game, 40, seed=3)
    torch.manual_seed(9)
    assert torch.equal(generate(game, 40, seed=3), first)
    assert torch.equal(generate(game, 7, seed=3), first[:7])
    assert torch.equal(generate(game, 5, seed=3, first=31), first[31:36])
    assert not torch.equal(generate(game, 7, seed=4), first[:7])


def test_refusals() -> None:
    for probability in (0.0, 1.0):
        with pytest.raises(UsageError, match="must lie between 0 and 1"):
            Dropout(probability=probability)
    with pytest.raises(UsageError, match="at_generation concerns the generator"):
        Dropout(on="discriminator", at_generation=True)
    with pytest.raises(UsageError, match="the generator has no hidden activation to follow"):
        built("lstm", stabilised(dropout={}))
