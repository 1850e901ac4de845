from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from tests.stabilisers.playing import built, stabilised
from torch import nn

from ganworks.errors import UsageError
from ganworks.stabilisers.normalisation import Normalisation

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.InstanceNorm2d, nn.GroupNorm)
MADE = {"batch": nn.BatchNorm2d, "instance": nn.InstanceNorm2d, "layer": nn.GroupNorm}


def kinds(network: nn.Module) -> list[type[nn.Module]]:
    return [type(layer) for layer in network.modules() if not any(layer.children())]


def norms(network: nn.Module) -> list[nn.Module]:
    return [layer for layer in network.modules() if isinstance(layer, NORMS)]


@pytest.mark.parametrize("kind", MADE)
def test_other_norms_in_the_places_of_those_that_are_there(kind: str) -> None:
    options = stabilised(normalisation={"kind": kind, "on": "both"})
    plain, game = built("dcgan", shape=(1, 32, 32)), built("dcgan", options, shape=(1, 32, 32))
    for network, before in ((game.generator, plain.generator), (game.discriminator, plain.discriminator)):
        expected = [MADE[kind] if made is nn.BatchNorm2d else made for made in kinds(before)]
        assert kinds(network) == expected


@pytest.mark.parametrize("kind", MADE)
def test_dcgan_s_places_where_there_are_none(kind: str) -> None:
    """Before every hidden activation but that of D's first layer: with batch norm, the very order of the paper."""
    without = {"game": {"discriminator": {"batch_norm": False}}}
    game = built("dcgan", without, stabilised(normalisation={"kind": kind, "on": "discriminator"}), shape=(1, 32, 32))
    paper = kinds(built("dcgan", shape=(1, 32, 32)).discriminator)
    assert kinds(game.discriminator) == [MADE[kind] if made is nn.BatchNorm2d else made for made in paper]
    dense = built("gan", stabilised(normalisation={"kind": "batch", "on": "both"}))
    hidden = [nn.Linear, nn.BatchNorm1d, nn.ReLU]
    assert kinds(dense.generator) == [*hidden, *hidden, nn.Linear, nn.Tanh]
    read = [nn.Flatten, nn.Linear, nn.LeakyReLU, nn.Linear, nn.BatchNorm1d, nn.LeakyReLU, nn.Linear]
    assert kinds(dense.discriminator) == read


def test_pooling_between_does_not_hide_a_place() -> None:
    tree = {"game": {"discriminator": {"batch_norm": False, "down": "average"}}}
    game = built("dcgan", tree, stabilised(normalisation={"on": "discriminator"}), shape=(1, 32, 32))
    assert kinds(game.discriminator)[:7] == [
        nn.Conv2d, nn.AvgPool2d, nn.LeakyReLU, nn.Conv2d, nn.AvgPool2d, nn.InstanceNorm2d, nn.LeakyReLU,
    ]  # fmt: skip


@pytest.mark.parametrize("before", [nn.Identity, nn.InstanceNorm1d])
def test_sequences_have_a_space_too(before: type[nn.Module]) -> None:
    """Added after convolutions over time, or in the place of an instance norm over it."""
    network = nn.Sequential(nn.Conv1d(1, 4, 3), *([before(4)] if before is not nn.Identity else []), nn.ReLU())
    Normalisation("instance").prepare(SimpleNamespace(generator=network, discriminator=nn.Identity()))  # type: ignore[arg-type]
    assert kinds(network) == [nn.Conv1d, nn.InstanceNorm1d, nn.ReLU]


def test_over_what_each_is_taken() -> None:
    maps = torch.randn(3, 4, 5, 5) * 3 + 1
    for kind, axes in {"batch": (0, 2, 3), "instance": (2, 3), "layer": (1, 2, 3)}.items():
        game = built("dcgan", stabilised(normalisation={"kind": kind}), shape=(1, 16, 16))
        norm = next(layer for layer in norms(game.generator) if layer.weight.numel() == 4)
        expected = (maps - maps.mean(axes, keepdim=True)) / maps.std(axes, correction=0, keepdim=True)
        torch.testing.assert_close(norm(maps), expected, rtol=1e-4, atol=1e-4)
        assert norm.weight.requires_grad and norm.bias.requires_grad


def test_none_takes_them_out() -> None:
    game = built("dcgan", stabilised(normalisation={"kind": "none", "on": "both"}), shape=(1, 16, 16))
    assert not norms(game)
    penalised = {"game": {"penalties": {"r1": {}}}}
    built("dcgan", stabilised(normalisation={"kind": "none", "on": "discriminator"}), penalised, shape=(1, 16, 16))
    built("sngan", stabilised(normalisation={"kind": "layer"}), shape=(1, 16, 16))


def test_a_samples_own_statistics_go_with_a_penalty_and_the_batch_s_do_not() -> None:
    penalised = {"game": {"penalties": {"r1": {}}}}
    built("dcgan", stabilised(normalisation={"on": "discriminator"}), penalised, shape=(1, 16, 16))
    with pytest.raises(UsageError, match="needs D's gradient at each sample alone, and with batch norm"):
        built(
            "wgan-gp", stabilised(normalisation={"kind": "batch", "on": "discriminator"}), penalised, shape=(1, 16, 16)
        )


@pytest.mark.parametrize(
    ("recipe", "settings", "reason"),
    [
        ("gan", {"kind": "instance"}, "instance norm is over space, which dense layers do not have"),
        ("gan", {"kind": "none"}, "the generator has no normalisation to take out"),
        ("sngan", {"on": "discriminator"}, "the discriminator has no place for it: no hidden layer with an activation"),
        ("lstm", {}, "the generator has no place for it"),
    ],
)
def test_refusals(recipe: str, settings: dict[str, str], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        built(recipe, stabilised(normalisation=settings), shape=(1, 16, 16))
