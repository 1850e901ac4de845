from __future__ import annotations

import pytest
import torch
from tests.stabilisers.playing import built, player, stabilised
from torch import nn

from ganworks.errors import UsageError
from ganworks.stabilisers.activation import Activation
from ganworks.stabilisers.surgery import ACTIVATIONS, hidden_activations, replace


def rectifiers(network: nn.Module) -> list[nn.Module]:
    return [layer for layer in network.modules() if isinstance(layer, ACTIVATIONS)]


@pytest.mark.parametrize("recipe", ["gan", "dcgan", "sngan"])
@pytest.mark.parametrize(("kind", "made"), [("leaky-relu", nn.LeakyReLU), ("prelu", nn.PReLU), ("relu", nn.ReLU)])
def test_every_hidden_activation_changes(recipe: str, kind: str, made: type[nn.Module]) -> None:
    options = stabilised(activation={"kind": kind, "slope": 0.3, "on": "both"})
    plain, game = built(recipe, shape=(1, 16, 16)), built(recipe, options, shape=(1, 16, 16))
    for network, before in ((game.generator, plain.generator), (game.discriminator, plain.discriminator)):
        found = rectifiers(network)
        assert len(found) == len(rectifiers(before)) > 0
        assert {type(layer) for layer in found} == {made}
        negative = found[0](torch.tensor([-2.0, 1.0])).tolist()
        assert negative == pytest.approx([{"relu": 0.0}.get(kind, -0.6), 1.0])
    assert any(isinstance(layer, nn.Tanh) for layer in game.generator.modules()), "G's output stays"


def test_a_layer_that_stands_in_several_places_changes_in_all_of_them() -> None:
    """As in a network of somebody else that makes one ReLU and puts it after every layer."""
    rectifier = nn.ReLU()
    network = nn.Sequential(nn.Linear(2, 3), rectifier, nn.Linear(3, 3), rectifier, nn.Linear(3, 1))
    assert [chain[-1] for chain in hidden_activations(network)] == [network[0], network[2]]
    assert replace(network, ACTIVATIONS, lambda layer: nn.PReLU()) == 2
    assert [type(layer) for layer in network] == [nn.Linear, nn.PReLU, nn.Linear, nn.PReLU, nn.Linear]
    assert network[1] is not network[3]


def test_slopes_are_learnt() -> None:
    trainer = player("dcgan", stabilised(activation={"kind": "prelu", "on": "both"}), shape=(1, 16, 16))
    slopes = [layer for layer in trainer.game.modules() if isinstance(layer, nn.PReLU)]
    trainer.step()
    assert all(abs(layer.weight.item() - 0.2) > 1e-5 for layer in slopes)
    assert "average/generator.layers.2.weight" in trainer.state()


def test_refusals() -> None:
    with pytest.raises(UsageError, match="slope=1"):
        Activation(slope=1)
    with pytest.raises(UsageError, match="the generator has no hidden activation to replace"):
        built("lstm", stabilised(activation={}))
