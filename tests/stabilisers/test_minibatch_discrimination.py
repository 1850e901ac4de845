from __future__ import annotations

from math import exp

import pytest
import torch
from tests.stabilisers.playing import built, first_round, stabilised
from torch import nn

from ganworks.errors import UsageError
from ganworks.stabilisers.minibatch_discrimination import Closeness, MinibatchDiscrimination, last_dense

pytestmark = pytest.mark.usefixtures("double")


def closeness(features: int, kernels: int, dimensions: int, weight: list[list[float]]) -> Closeness:
    layer = Closeness(features, kernels, dimensions)
    layer.project.weight.data = torch.tensor(weight)
    return layer


POINTS = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]], dtype=torch.float64)


def test_one_kernel_of_two_dimensions_by_hand() -> None:
    """T = I, so that M = f: L1 distances 1, 2 and 3; each row counts itself as e⁰."""
    seen = closeness(2, 1, 2, [[1.0, 0.0], [0.0, 1.0]])(POINTS)
    one, two, three = exp(-1), exp(-2), exp(-3)
    expected = torch.tensor([[1 + one + two], [1 + one + three], [1 + two + three]])
    torch.testing.assert_close(seen, torch.cat([POINTS, expected], 1))


def test_two_kernels_of_one_dimension_by_hand() -> None:
    """The first sees the first feature, the second the second one doubled."""
    seen = closeness(2, 2, 1, [[1.0, 0.0], [0.0, 2.0]])(POINTS)
    first = [2 + exp(-1), 1 + 2 * exp(-1), 2 + exp(-1)]
    second = [2 + exp(-4), 2 + exp(-4), 1 + 2 * exp(-4)]
    torch.testing.assert_close(seen[:, 2:], torch.tensor([first, second]).T)


def test_gradients_equal_finite_differences() -> None:
    layer = Closeness(3, 2, 4)
    nn.init.normal_(layer.project.weight)
    assert torch.autograd.gradcheck(layer, torch.randn(5, 3, requires_grad=True))


def test_it_does_not_mind_the_order_of_the_batch() -> None:
    layer, features, order = Closeness(3, 2, 4), torch.randn(6, 3), torch.randperm(6)
    torch.testing.assert_close(layer(features)[order], layer(features[order]))


def test_copies_are_as_close_as_can_be() -> None:
    assert torch.equal(Closeness(3, 2, 4)(torch.randn(1, 3).expand(7, 3))[:, 3:], torch.full((7, 2), 7.0))


def test_the_last_layer_keeps_what_it_had() -> None:
    plain, game = built("dcgan"), built("dcgan", stabilised(minibatch_discrimination={"kernels": 4, "dimensions": 3}))
    old, (project, new) = plain.discriminator.head.logit, game.discriminator.head.logit
    assert new.in_features == old.in_features + 4
    assert project.project.weight.shape == (12, old.in_features)
    torch.testing.assert_close(new.weight[:, : old.in_features], old.weight)
    torch.testing.assert_close(new.bias, old.bias)


@pytest.mark.parametrize("conditioning", ["concatenation", "projection"])
def test_a_sample_is_judged_by_its_neighbours_of_its_kind_alone(conditioning: str) -> None:
    game = built(
        "cgan",
        stabilised(minibatch_discrimination={}),
        {"game": {"conditioning": conditioning, "discriminator": {"batch_norm": False}}},
    )
    round = first_round(game)
    condition = game.condition(round)
    assert condition is not None
    alone = game.adversary.judge(game.discriminator, round.real[:4], condition[:4])
    among = game.adversary.judge(game.discriminator, round.real, condition)[:4]
    assert (alone - among).abs().max() > 1e-4
    real, _ = game.adversary.judge_both(game.discriminator, round.real, torch.zeros_like(round.real), condition, round)
    torch.testing.assert_close(real, game.adversary.judge(game.discriminator, round.real, condition))


def test_refusals() -> None:
    with pytest.raises(UsageError, match="kernels=0"):
        MinibatchDiscrimination(kernels=0)
    with pytest.raises(UsageError, match="ends in no dense layer of one output"):
        last_dense(nn.Sequential(nn.Conv2d(1, 1, 4), nn.Flatten()))
    for recipe, penalty in (("wgan-gp", "gradient"), ("toy", "r1")):
        with pytest.raises(UsageError, match=f"penalty {penalty} needs D's gradient at each sample alone"):
            built(recipe, stabilised(minibatch_discrimination={}))
