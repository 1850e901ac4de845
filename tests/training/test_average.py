from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from tests.small import samples, small, trainer
from torch import Tensor, nn

from ganworks.config import Averaging
from ganworks.games.game import Game
from ganworks.recipes import build_game
from ganworks.training.average import Average


def game(recipe: str = "gan") -> Game:
    return build_game(small(recipe), samples(recipe).spec)


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize(
    ("settings", "decays"),
    [
        ({"decay": 0.999, "warmup": True}, [2 / 11, 3 / 12, 4 / 13, 5 / 14]),
        ({"decay": 0.2, "warmup": True}, [2 / 11, 0.2, 0.2, 0.2]),
        ({"decay": 0.9, "warmup": False}, [0.9] * 4),
        ({"decay": 0.0, "warmup": True}, [0.0] * 4),
    ],
)
def test_the_formula(settings: dict[str, Any], decays: list[float]) -> None:
    """θ̄ ← β θ̄ + (1 − β) θ with β ≤ (1 + t) / (10 + t) while warming up."""
    built = game()
    average = Average(built, Averaging(**settings))
    expected = [weights.detach().clone() for weights in built.generator.parameters()]  # type: ignore[union-attr]
    for step, decay in enumerate(decays, start=1):
        for weights in built.generator.parameters():  # type: ignore[union-attr]
            weights.data.add_(torch.randn_like(weights))
        average.update(step)
        live = list(built.generator.parameters())  # type: ignore[union-attr]
        expected = [decay * mean + (1 - decay) * now.detach() for mean, now in zip(expected, live, strict=True)]
        for mine, theirs in zip(average.networks["generator"].parameters(), expected, strict=True):
            torch.testing.assert_close(mine, theirs)
            assert not mine.requires_grad
    if settings["decay"] == 0:
        for mine, theirs in zip(average.networks["generator"].parameters(), live, strict=True):
            assert torch.equal(mine, theirs)


def test_in_eval_mode_the_average_behaves_as_its_batches_in_train_mode() -> None:
    """After every batch norm and in the picture; the live network's statistics would not do."""
    player = trainer(small("dcgan"), samples("dcgan", (1, 16, 16)))
    for _ in range(30):
        player.step()
    before = {name: tensor.clone() for name, tensor in player.game.state_dict().items()}
    average = player.average
    average.refresh(player.game, seed=0)
    generator = average.networks["generator"]
    latents = player.game.draw_latents(4096, torch.Generator().manual_seed(9))

    def outputs(network: nn.Module, training: bool) -> dict[str, Tensor]:
        seen: dict[str, Tensor] = {}
        network = copy.deepcopy(network).train(training)
        for name, layer in network.named_modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.register_forward_hook(lambda _, __, out, name=name: seen.__setitem__(name, out))  # type: ignore[misc]
        with torch.no_grad():
            seen["picture"] = network(latents)
        return seen

    def spread(maps: Tensor) -> tuple[Tensor, Tensor]:
        axes = (0, 2, 3)
        return maps.mean(axes), maps.std(axes)

    evaluated, trained = outputs(generator, False), outputs(generator, True)
    assert len(evaluated) > 2
    for name, maps in evaluated.items():
        for mine, theirs in zip(spread(maps), spread(trained[name]), strict=True):
            torch.testing.assert_close(mine, theirs, rtol=0.1, atol=0.05)
    stale = copy.deepcopy(generator)
    live: Any = player.game.generator
    for mine, theirs in zip(stale.buffers(), live.buffers(), strict=True):
        mine.copy_(theirs)
    worst = max(
        (spread(maps)[0] - spread(trained[name])[0]).abs().max().item() for name, maps in outputs(stale, False).items()
    )
    assert worst > 0.05, "the live buffers would have done, so this shows nothing"
    for name, tensor in player.game.state_dict().items():
        assert torch.equal(tensor, before[name]), f"estimating changed {name} of the live game"


def test_estimating_twice_gives_the_same_and_no_training_mode_is_left() -> None:
    player = trainer(small("dcgan"), samples("dcgan"))
    player.step()
    player.average.refresh(player.game, seed=0)
    first = {name: tensor.clone() for name, tensor in player.average.networks.state_dict().items()}
    player.average.refresh(player.game, seed=0)
    for name, tensor in player.average.networks.state_dict().items():
        assert torch.equal(tensor, first[name])
    norms = [layer for layer in player.average.networks.modules() if isinstance(layer, nn.BatchNorm2d)]
    assert not any(norm.training for norm in norms)
    assert {norm.momentum for norm in norms} == {0.1}
    assert all(layer.training for layer in player.game.modules())


def test_the_live_networks_come_back_after_an_error() -> None:
    built = game()
    average = Average(built, Averaging())
    live = built.generator
    with pytest.raises(RuntimeError), average.in_place_of(built) as shown:
        assert shown.generator is average.networks["generator"]
        raise RuntimeError
    assert built.generator is live


def test_who_is_learnt_no_more_goes_on_as_its_average_and_who_is_learnt_as_it_is() -> None:
    player = trainer(small("age-cgan", {"game": {"adversarial_steps": 3}}), samples("age-cgan"))
    for _ in range(3):
        player.step()
    averages = {name: tensor.clone() for name, tensor in player.average.networks.named_parameters()}
    assert all(
        not torch.equal(player.game.get_parameter(name), averages[name]) for name in ("generator.layers.0.weight",)
    )
    encoder, seen = player.game.encoder, []
    encoder.register_forward_pre_hook(lambda _, given: seen.append(copy.deepcopy(player.game.generator)))
    for _ in range(2):
        player.step()
        for name, tensor in player.game.named_parameters():
            if name.startswith("generator"):
                assert torch.equal(tensor, averages[name])
                assert torch.equal(player.average.networks.get_parameter(name), averages[name])
    assert torch.equal(seen[0].layers[0].weight, averages["generator.layers.0.weight"]), "before anybody learns of it"
    assert not torch.equal(encoder.layers[0].weight, averages["encoder.layers.0.weight"])


@pytest.mark.usefixtures("double")
def test_who_begins_to_learn_in_a_later_stage_warms_up_from_there() -> None:
    """Else random weights would be a seventh of the encoder's average after 2,000 steps."""
    settings = {"game": {"adversarial_steps": 40}, "training": {"average": {"decay": 0.9}}}
    player = trainer(small("age-cgan", settings), samples("age-cgan"))
    for _ in range(40):
        player.step()
    (live, mean) = (next(networks.encoder.parameters()) for networks in (player.game, player.average.networks))  # type: ignore[union-attr]
    assert torch.equal(mean, live)
    expected = live.detach().clone()
    for learnt in range(1, 4):
        player.step()
        decay = (1 + learnt) / (10 + learnt)
        expected = decay * expected + (1 - decay) * live.detach()
        torch.testing.assert_close(mean, expected)
