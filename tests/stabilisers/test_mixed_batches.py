from __future__ import annotations

import pytest
import torch
from tests.stabilisers.playing import built, first_round, stabilised
from torch import Tensor, nn

from ganworks.errors import UsageError
from ganworks.games.gan import GAN

pytestmark = pytest.mark.usefixtures("double")


def shown(game: GAN) -> list[Tensor]:
    """What D is given, batch by batch."""
    seen: list[Tensor] = []
    game.discriminator.register_forward_pre_hook(lambda layer, given: seen.append(given[0].detach()))
    return seen


def test_by_default_each_kind_has_a_batch_of_its_own() -> None:
    game = built("dcgan", shape=(1, 16, 16))
    seen, round = shown(game), first_round(game)
    game.discriminator_loss(round)
    assert len(seen) == 2 and torch.equal(seen[0], round.real) and torch.equal(seen[1], game.fakes(round, None))


@pytest.mark.parametrize("recipe", ["dcgan", "cgan"])
def test_mixed_ones_are_judged_together_in_both_turns(recipe: str) -> None:
    game = built(recipe, stabilised(mixed_batches={}), shape=(1, 16, 16))
    seen, round = shown(game), first_round(game)
    condition = game.condition(round)
    fakes = game.fakes(round, condition).detach()
    both = torch.cat(
        [*game.adversary.inputs(round.real, condition, None), *game.adversary.inputs(fakes, condition, None)]
    )
    logits = game.discriminator(both)
    seen.clear()
    terms = game.discriminator_loss(round)
    torch.testing.assert_close(terms["adversarial"], game.adversary.objective.discriminator(logits[:8], logits[8:]))
    torch.testing.assert_close(
        game.generator_loss(round)["adversarial"], game.adversary.objective.generator(logits[8:])
    )
    assert [len(batch) for batch in seen] == [16, 16]
    assert all(torch.equal(batch, both) for batch in seen)


def test_batch_statistics_are_those_of_all() -> None:
    game = built("dcgan", stabilised(mixed_batches={}), shape=(1, 16, 16))
    entered: list[Tensor] = []
    norm = next(layer for layer in game.discriminator.modules() if isinstance(layer, nn.BatchNorm2d))
    norm.register_forward_hook(lambda layer, given, out: entered.append(out.detach().clone()))
    game.discriminator_loss(first_round(game))
    whole, half = (maps.mean((0, 2, 3)) - norm.bias for maps in (entered[0], entered[0][:8]))
    assert whole.abs().max() < 1e-10 < half.abs().max()


def test_a_relativistic_pair_stays_a_pair() -> None:
    tree = {"game": {"objective": "relativistic"}}
    game = built("dcgan", stabilised(mixed_batches={}), tree, shape=(1, 16, 16))
    round = first_round(game)
    real, fake = game.adversary.judge_both(game.discriminator, round.real, game.fakes(round, None), None, round)
    torch.testing.assert_close(
        game.generator_loss(round)["adversarial"], game.adversary.objective.generator(fake, real)
    )


def test_it_is_refused_where_it_makes_no_difference() -> None:
    with pytest.raises(UsageError, match="D judges each sample by itself, in whatever batch"):
        built("gan", stabilised(mixed_batches={}))
    built("gan", stabilised(mixed_batches={}, minibatch_discrimination={}))
