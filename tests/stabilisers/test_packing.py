from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.stabilisers.playing import built, first_round, player, stabilised
from torch import Tensor

from ganworks.errors import UsageError
from ganworks.games.gan import GAN
from ganworks.stabilisers.packing import Packing

pytestmark = pytest.mark.usefixtures("double")


def test_neighbours_are_one_input() -> None:
    samples = torch.arange(4 * 2 * 3 * 3).view(4, 2, 3, 3).double()
    packs = Packing(2).gather(samples)
    assert packs.shape == (2, 4, 3, 3)
    assert torch.equal(packs[1, :2], samples[2]) and torch.equal(packs[1, 2:], samples[3])
    assert Packing(4).gather(torch.zeros(8, 2)).shape == (2, 8), "points too"
    last = samples.contiguous(memory_format=torch.channels_last)
    assert torch.equal(Packing(2).gather(last), packs)


def linear(size: int, penalties: dict[str, Any]) -> GAN:
    """A game of points whose D is linear: one dense layer over whole packs."""
    tree = {
        "game": {
            "penalties": {"r1": False, "r2": False, **penalties},
            "discriminator": {"hidden": [], "frequencies": 0},
        }
    }
    return built(
        "toy",
        tree,
        stabilised(packing={"size": size}),
        {"game": {"objective": "nonsaturating"}, "training": {"batch_size": 16}},
    )


@pytest.mark.parametrize("size", [2, 4])
@pytest.mark.parametrize("every", [1, 2])
def test_penalties_of_a_linear_discriminator_of_packs(size: int, every: int) -> None:
    """R1 and R2 are γ/2·|a|², the gradient penalty λ(|a| − 1)², a the slope of whole packs."""
    penalties = {"r1": {"gamma": 0.6, "every": every}, "r2": {"gamma": 3.0, "every": every}, "gradient": {"weight": 10}}
    game = linear(size, penalties)
    slope = game.discriminator.head.logit.weight
    assert slope.shape == (1, 2 * size)
    terms = game.discriminator_loss(first_round(game, size=16))
    length = slope.norm().item()
    assert terms["r1"].item() == pytest.approx(0.3 * length**2)
    assert terms["r2"].item() == pytest.approx(1.5 * length**2)
    assert terms["gradient"].item() == pytest.approx(10 * (length - 1) ** 2)


def test_a_packed_penalty_is_that_of_the_packs() -> None:
    """E over packs of ‖∂D(x₁, …, xₘ)/∂(x₁, …, xₘ)‖², here by differentiating packs themselves."""
    tree = {"game": {"penalties": {"r1": {"gamma": 2.0}, "r2": False}, "objective": "nonsaturating"}}
    game = built("toy", tree, stabilised(packing={"size": 2}))
    round = first_round(game, size=8)
    packs = round.real.view(4, 4).requires_grad_()
    (gradient,) = torch.autograd.grad(game.discriminator(packs).sum(), packs)
    expected = gradient.square().sum(1).mean()
    torch.testing.assert_close(game.discriminator_loss(round)["r1"], expected)


@pytest.mark.parametrize("conditioning", ["concatenation", "projection"])
def test_conditional_games_pack_samples_with_their_labels(conditioning: str) -> None:
    game = built("cgan", stabilised(packing={"size": 2}), {"game": {"conditioning": conditioning}}, shape=(3, 8, 8))
    shown: list[tuple[Tensor, ...]] = []
    round = first_round(game)
    condition = game.condition(round)
    assert condition is not None
    game.adversary.judge(lambda *given: shown.append(given) or game.discriminator(*given), round.real, condition)  # type: ignore[func-returns-value]
    (given,) = shown
    images = given[0]
    if conditioning == "projection":
        assert images.shape == (4, 6, 8, 8)
        assert torch.equal(given[1], torch.cat([condition[::2], condition[1::2]], 1))
        second = images[:, 3:]
    else:
        assert images.shape == (4, 12, 8, 8) and len(given) == 1
        assert torch.equal(images[:, 3:6, 0, 0], condition[::2])
        assert torch.equal(images[:, 9:, 0, 0], condition[1::2])
        second = images[:, 6:9]
    assert torch.equal(images[:, :3], round.real[::2])
    assert torch.equal(second, round.real[1::2])


def test_samples_outside_of_a_batch_are_judged_in_as_many_packs_as_they_fill() -> None:
    """Held-out ones among them, of which the doctor has as many as there are."""
    game = linear(4, {})
    samples = torch.randn(11, 2)
    logits = game.discriminate(samples)
    assert logits is not None
    torch.testing.assert_close(logits, game.discriminator(samples[:8].view(2, 8)))
    assert game.discriminate(samples[:3]) is None, "there is no verdict of less than a pack"


@pytest.mark.parametrize("layer", ["features.3", "head"])
def test_features_of_packs_are_those_of_one(layer: str) -> None:
    """However many samples are packed."""
    game = built("gan", stabilised(packing={"size": 4}))
    assert game.features(layer) == 12


def test_what_cannot_be_packed_is_refused_beforehand() -> None:
    game = player("gan", stabilised(packing={"size": 4}), {"training": {"batch_size": 8}}).game
    assert isinstance(game, GAN)
    game.allows(8, parts=2)
    for batch_size, parts in ((6, 1), (8, 4), (12, 2)):
        with pytest.raises(UsageError, match=r"samples cannot be packed by 4: let training\.batch_size"):
            game.allows(batch_size, parts)
    lazy = linear(2, {"r1": {"every": 8}})
    lazy.allows(16, 1)
    with pytest.raises(UsageError, match="1 samples cannot be packed by 2"):
        lazy.allows(8, 1)
    with pytest.raises(UsageError, match="size=1"):
        Packing(1)
