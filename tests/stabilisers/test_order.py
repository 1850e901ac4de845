"""Options add up in whatever order they are given."""

from __future__ import annotations

from itertools import permutations

import pytest
import torch
from tests.stabilisers.playing import built, first_round, option, player, stabilised
from torch import nn
from torch.nn.utils.parametrize import is_parametrized

from ganworks.errors import UsageError
from ganworks.stabilisers.virtual_batch_norm import VirtualBatchNorm


@pytest.mark.parametrize("names", list(permutations(("label_flipping", "label_smoothing"))))
def test_flipping_and_smoothing_both_act(names: tuple[str, str]) -> None:
    settings = {"label_flipping": {"probability": 0.499}, "label_smoothing": {"real": 0.7}}
    game = built("gan", stabilised(**{name: settings[name] for name in names}))
    towards = game.adversary.objective.towards
    real, fake = torch.randn(2, 8, 1)
    round = first_round(game)
    flipped, other = option(game, "label-flipping").verdicts(real, fake, round.share)
    assert not torch.equal(flipped, real)
    loss = game.adversary.adversarial(flipped, other, round.share)
    torch.testing.assert_close(loss, towards(flipped, torch.tensor(0.7)) + towards(other, torch.tensor(0.0)))
    seen: list[torch.Tensor] = []
    game.adversary.adversarial = lambda real, fake, draw: seen.append(real) or real.mean()  # type: ignore[func-returns-value]
    game.discriminator_loss(first_round(game))
    plain = game.adversary.judge(game.discriminator, first_round(game).real, None)
    assert 0 < (seen[0] != plain).sum() < 8


@pytest.mark.parametrize("names", list(permutations(("virtual_batch_norm", "normalisation"))), ids=str)
def test_layers_have_one_normalisation(names: tuple[str, ...]) -> None:
    """What G's batch norms are is settled before they become virtual."""
    game = built("gan", stabilised(**{name: {"normalisation": {"kind": "batch"}}.get(name, {}) for name in names}))
    kinds = [type(layer) for layer in game.generator.modules() if not any(layer.children())]
    hidden = [nn.Linear, VirtualBatchNorm, nn.ReLU]
    assert kinds == [*hidden, *hidden, nn.Linear, nn.Tanh]
    with pytest.raises(UsageError, match="virtual-batch-norm: the generator has no batch norm to replace"):
        built("dcgan", stabilised(**{name: {} for name in names}), shape=(1, 16, 16))


@pytest.mark.parametrize(
    "names", list(permutations(("historical_averaging", "spectral_norm", "minibatch_discrimination"))), ids=str
)
def test_what_changes_layers_comes_before_what_remembers_them(names: tuple[str, ...]) -> None:
    trainer = player("dcgan", stabilised(**{name: {} for name in names}), shape=(1, 16, 16))
    for _ in range(2):
        trainer.step()
    head = trainer.game.discriminator.head.logit
    assert all(is_parametrized(layer, "weight") for layer in (head[0].project, head[1]))
    game = trainer.game
    memory = option(game, "historical-averaging")  # type: ignore[arg-type]
    first = memory.means("discriminator", game.discriminator)
    assert [mean.shape for mean in first] == [weights.shape for weights in game.discriminator.parameters()]
    apart = [(mean - now).abs().max() for mean, now in zip(first, game.discriminator.parameters(), strict=True)]
    assert max(apart) < 0.01, "the mean of each is near to it"
