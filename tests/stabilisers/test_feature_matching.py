from __future__ import annotations

import pytest
import torch
from tests.stabilisers.playing import built, first_round, stabilised
from torch import Tensor

from ganworks.errors import UsageError
from ganworks.games.gan import GAN
from ganworks.stabilisers.feature_matching import FeatureMatching

pytestmark = pytest.mark.usefixtures("double")


def gradients(game: GAN, loss: Tensor) -> list[Tensor]:
    return list(torch.autograd.grad(loss, list(game.generator.parameters()), retain_graph=True))


@pytest.mark.parametrize("recipe", ["gan", "cgan"])
def test_by_hand(recipe: str) -> None:
    """½·‖E f(x) − E f(G(z))‖² with f what enters the last layer, and none of D's verdict in the gradient."""
    off = {"game": {"discriminator": {"batch_norm": False}}} if recipe == "cgan" else {}
    game = built(recipe, stabilised(feature_matching={"weight": 0.5}), off)
    round = first_round(game)
    condition = game.condition(round)
    fakes = game.fakes(round, condition)
    features = [
        game.adversary.judge(game.discriminator.features, samples, condition).flatten(1)
        for samples in (round.real, fakes)
    ]
    expected = 0.5 * (features[0].mean(0) - features[1].mean(0)).square().sum()
    terms = game.generator_loss(round)
    torch.testing.assert_close(terms["feature_matching"], expected)
    assert terms["adversarial"] == 0
    pairs = zip(gradients(game, sum(terms.values())), gradients(game, expected), strict=True)  # type: ignore[arg-type]
    for given, wanted in pairs:
        torch.testing.assert_close(given, wanted)
        assert wanted.abs().max() > 0


def test_it_can_stand_beside_the_objective() -> None:
    plain = built("gan")
    game = built("gan", stabilised(feature_matching={"adversarial": 0.25}))
    game.load_state_dict(plain.state_dict(), strict=False)
    round, other = first_round(game), first_round(plain)
    torch.testing.assert_close(
        game.generator_loss(round)["adversarial"], 0.25 * plain.generator_loss(other)["adversarial"]
    )
    round, other = first_round(game), first_round(plain)
    assert game.discriminator_loss(round).keys() == {"adversarial"}, "D's turn is as it was"


@pytest.mark.parametrize("inside", ["", ".0"])
def test_a_parametrization_is_no_layer_that_can_be_read(inside: str) -> None:
    """It is called without anything, and what is inside it with weights."""
    layer = f"features.1.parametrizations.weight{inside}"
    with pytest.raises(UsageError, match="unknown layer of the discriminator") as caught:
        built("gan", stabilised(spectral_norm={}, feature_matching={"layer": layer}))
    assert "\n" not in str(caught.value)


def test_any_layer_can_be_read() -> None:
    game = built("gan", stabilised(feature_matching={"layer": "features.3"}))
    round = first_round(game)
    fakes = game.fakes(round, None)
    first = [game.discriminator.features[:3](samples).mean(0) for samples in (round.real, fakes)]
    torch.testing.assert_close(game.generator_loss(round)["feature_matching"], (first[0] - first[1]).square().sum())


def test_a_batch_that_holds_both_kinds_is_read_apart() -> None:
    game = built("dcgan", stabilised(feature_matching={}, mixed_batches={}), shape=(1, 16, 16))
    round = first_round(game)
    fakes = game.fakes(round, None)
    features = game.discriminator.features(torch.cat([round.real, fakes]))
    expected = (features[:8].mean(0) - features[8:].mean(0)).square().sum()
    torch.testing.assert_close(game.generator_loss(round)["feature_matching"], expected)


def test_refusals() -> None:
    with pytest.raises(UsageError, match="unknown layer of the discriminator 'haed': did you mean 'head'"):
        built("gan", stabilised(feature_matching={"layer": "haed"}))
    with pytest.raises(UsageError, match=r"'features.0.convs' of D is given nothing"):
        built("sngan", stabilised(feature_matching={"layer": "features.0.convs"}), shape=(1, 16, 16))
    for weight in (0, float("inf")):
        with pytest.raises(UsageError, match=f"weight={weight}"):
            FeatureMatching(weight=weight)
    for adversarial in (-1, float("nan"), float("inf")):
        with pytest.raises(UsageError, match=f"adversarial={adversarial}"):
            FeatureMatching(adversarial=adversarial)
