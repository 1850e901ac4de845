from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from tests.small import RECIPES, samples, small, trainer
from torch import Tensor, nn

from ganworks.config import TrainingSettings
from ganworks.data.batches import Batch
from ganworks.data.spec import Spec
from ganworks.errors import UsageError
from ganworks.games.game import Game, Turn
from ganworks.games.round import Round
from ganworks.launch import fresh_game
from ganworks.training.trainer import Trainer

RATE = 0.1


class Point(nn.Module):
    def __init__(self, start: float) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.tensor([start]))


class Bilinear(Game):
    """min over θ, max over ψ of θψ: the Dirac-GAN without regularisation, first ψ's turn."""

    def __init__(self) -> None:
        super().__init__(Spec((1,)))
        self.generator, self.discriminator = Point(1.0), Point(1.0)

    def turns(self) -> list[Turn]:
        value = lambda: (self.generator.place * self.discriminator.place).sum()  # noqa: E731
        return [
            Turn("discriminator", [self.discriminator], lambda round: {"value": -value()}),
            Turn("generator", [self.generator], lambda round: {"value": value()}),
        ]

    def draw_latents(self, count: int, random: torch.Generator, truncation: float | None = None) -> Tensor:
        return torch.zeros(count, 1)

    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        return latents


def forever(start: int) -> Iterator[Batch]:
    while True:
        yield Batch(torch.zeros(2, 1), None)


def bilinear(play: str, **training: Any) -> Trainer:
    sgd = {"name": "sgd", "lr": RATE}
    settings = TrainingSettings.model_validate(
        {
            "play": play,
            "optimisers": {"generator": sgd, "discriminator": sgd},
            "batch_size": 2,
            "device": "cpu",
            "precision": "fp32",
            "compile": "off",
            "threads": 1,
            **training,
        }
    )
    return Trainer(Bilinear(), settings, forever)


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("play", ["alternating", "simultaneous"])
def test_play_on_the_bilinear_game(play: str) -> None:
    """Simultaneous play spirals outwards by √(1 + h²) a step; alternating play circles."""
    player = bilinear(play)
    theta, psi = 1.0, 1.0
    for _ in range(40):
        player.step()
        old_theta = theta
        theta -= RATE * psi if play == "simultaneous" else RATE * (psi + RATE * theta)
        psi += RATE * old_theta
        game: Any = player.game
        assert game.generator.place.item() == pytest.approx(theta, abs=1e-12)
        assert game.discriminator.place.item() == pytest.approx(psi, abs=1e-12)
    radius = (theta**2 + psi**2) ** 0.5 / 2**0.5
    if play == "simultaneous":
        assert radius == pytest.approx((1 + RATE**2) ** 20)
    else:
        assert abs(radius - 1) < 0.1


@pytest.mark.usefixtures("double")
def test_gradients_are_clipped_to_a_length_per_turn() -> None:
    player = bilinear("simultaneous", clip_gradients=0.25)
    player.step()
    game: Any = player.game
    assert game.generator.place.item() == pytest.approx(1 - RATE * 0.25, rel=1e-5)
    assert game.discriminator.place.item() == pytest.approx(1 + RATE * 0.25, rel=1e-5)
    assert player.losses()["generator/gradient_norm"] == pytest.approx(1), "recorded as it was before"


@pytest.mark.usefixtures("double")
def test_the_schedule_scales_every_step() -> None:
    player = bilinear("simultaneous", schedule={"warmup": 4, "decay_from": 6, "decay_to": 10, "floor": 0.1})
    game: Any = player.game
    factors = [0.25, 0.5, 0.75, 1, 1, 1, 1, 0.775, 0.55, 0.325, 0.1, 0.1]
    for factor in factors:
        theta, psi = game.generator.place.item(), game.discriminator.place.item()
        player.step()
        assert game.generator.place.item() == pytest.approx(theta - RATE * factor * psi, abs=1e-12)


@pytest.mark.usefixtures("double")
def test_a_player_s_rate_falls_in_its_own_way() -> None:
    sgd = {"name": "sgd", "lr": RATE}
    optimisers = {"generator": {**sgd, "decay": 2}, "discriminator": sgd}
    player = bilinear("simultaneous", optimisers=optimisers, schedule={"decay_from": 0, "decay_to": 4})
    game: Any = player.game
    for left in (1, 0.75, 0.5, 0.25, 0):
        theta, psi = game.generator.place.item(), game.discriminator.place.item()
        player.step()
        assert game.generator.place.item() == pytest.approx(theta - RATE * left**2 * psi, abs=1e-12)
        assert game.discriminator.place.item() == pytest.approx(psi + RATE * left * theta, abs=1e-12)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"optimisers": {"generator": {"name": "sgd"}}}, "no entry for the turn 'discriminator'"),
        ({"batch_size": 3, "accumulate": 2}, "cannot be cut into 2 parts"),
    ],
)
def test_settings_that_do_not_fit_are_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        bilinear("alternating", **change)


def test_an_optimiser_for_a_turn_that_does_not_exist_is_refused() -> None:
    optimisers = {name: {"name": "sgd"} for name in ("generator", "discriminator", "generater")}
    with pytest.raises(UsageError, match="'generater': did you mean 'generator'"):
        bilinear("alternating", optimisers=optimisers)


def test_simultaneous_play_with_several_turns_of_d_is_refused() -> None:
    configuration = small("wgan", {"training": {"play": "simultaneous"}})
    with pytest.raises(UsageError, match=r"game\.discriminator_steps to 1"):
        trainer(configuration, samples("wgan"))


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("parts", [2, 4])
def test_a_batch_cut_into_parts_gives_the_same_steps(parts: int) -> None:
    """Without batch norm, to rounding; every part sees the draws of the whole batch."""
    whole, cut = (
        trainer(small("wgan-gp", {"training": {"accumulate": n}, "game": {"generator": MLP}}), samples("wgan-gp"))
        for n in (1, parts)
    )
    for _ in range(3):
        whole.step()
        cut.step()
    for (name, mine), theirs in zip(cut.game.state_dict().items(), whole.game.state_dict().values(), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-9, atol=1e-11, msg=name)
    assert cut.losses() == pytest.approx(whole.losses(), rel=1e-6)


MLP = {"name": "mlp", "hidden": [12]}


class Watched:
    """Counts how often each network is called, and checks who records gradients meanwhile."""

    def __init__(self, player: Trainer) -> None:
        self.calls = {"generator": 0, "discriminator": 0}
        for name in self.calls:
            network: nn.Module = getattr(player.game, name)
            network.register_forward_hook(self.counting(name))

    def counting(self, name: str) -> Callable[..., None]:
        def hook(*ignored: Any) -> None:
            self.calls[name] += 1

        return hook


@pytest.mark.parametrize(
    ("recipe", "generator", "discriminator"),
    [
        ("gan", 1, 3),  # fakes once; D on real, D on fake; D on fake in G's turn
        ("dcgan", 1, 3),
        ("cgan", 1, 3),
        ("lsgan", 1, 3),
        ("r3gan", 1, 4),  # and D on real in G's turn, for the pairs; R1 and R2 differentiate what is there
        ("wgan", 6, 11),  # five times fakes, real, fake; then fakes, fake
        ("wgan-gp", 6, 16),  # and five times between
        ("sngan", 6, 11),
    ],
)
def test_no_network_runs_more_often_than_the_algorithm_needs(recipe: str, generator: int, discriminator: int) -> None:
    player = trainer(small(recipe), samples(recipe))
    watched = Watched(player)
    player.step()
    every = player.game.settings.penalties.get("r1", {}).get("every", 1)  # type: ignore[union-attr]
    extra = 2 if recipe == "r3gan" and every > 1 else 0  # R1 and R2 then look at a part of the batch by themselves
    assert watched.calls == {"generator": generator, "discriminator": discriminator + extra}


@pytest.mark.parametrize("play", ["alternating", "simultaneous"])
@pytest.mark.parametrize("recipe", ["gan", "r3gan", "wgan-gp"])
def test_who_does_not_learn_records_no_gradients(recipe: str, play: str, monkeypatch: pytest.MonkeyPatch) -> None:
    overrides = {"training": {"play": play}, "game": {"discriminator_steps": 1}}
    player = trainer(small(recipe, overrides), samples(recipe))
    game: Any = player.game
    seen: list[tuple[str, set[str]]] = []
    backward = torch.autograd.backward

    def watched(loss: Tensor, *rest: Any, **more: Any) -> None:
        weights = {name: list(getattr(game, name).parameters()) for name in ("generator", "discriminator")}
        before = {name: [w.grad is not None and w.grad.clone() for w in ws] for name, ws in weights.items()}
        backward(loss, *rest, **more)
        changed = {
            name
            for name, ws in weights.items()
            for w, old in zip(ws, before[name], strict=True)
            if w.grad is not None and (old is False or not torch.equal(w.grad, old))
        }
        seen.append((turn(game), changed))

    def turn(game: Any) -> str:
        learning = {n for n in ("generator", "discriminator") if next(getattr(game, n).parameters()).requires_grad}
        return "+".join(sorted(learning))

    monkeypatch.setattr(torch.autograd, "backward", watched)
    player.step()
    assert seen == [("discriminator", {"discriminator"}), ("generator", {"generator"})]
    assert not any(weights.requires_grad for weights in game.parameters())


def test_what_its_owner_froze_stays_as_it_is() -> None:
    player_settings = small("gan")
    data = samples("gan")
    game = fresh_game(player_settings, data.spec)
    frozen: Any = game.generator.layers[0].weight  # type: ignore[union-attr, index]
    frozen.requires_grad_(False)
    before = frozen.clone()
    player = Trainer(game, player_settings.training, trainer(player_settings, data).stream)
    for _ in range(2):
        player.step()
    assert torch.equal(frozen, before)
    assert not torch.equal(game.generator.layers[0].bias, before[:, 0])  # type: ignore[union-attr, index]


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_turn_sees_the_step_it_belongs_to(recipe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The i-th play of any turn sees batch i, and no two turns or steps draw the same numbers."""
    player = trainer(small(recipe), samples(recipe))
    firsts: list[float] = []
    seen: list[tuple[Tensor, str]] = []
    for index, turn in enumerate(player.turns):

        def spy(round: Round, loss: Any = turn.loss, name: str = turn.name) -> Any:
            seen.append((round.real.clone(), name))
            firsts.append(torch.rand((), generator=round.random.clone_state()).item())
            return loss(round)

        player.turns[index] = Turn(turn.name, turn.learns, spy, turn.times, turn.afterwards)
    for _ in range(2):
        player.step()
    moves = [(turn.name, play) for turn in player.turns for play in range(turn.times)]
    assert len(set(firsts)) == len(firsts) == 2 * len(moves)
    assert {"generator", "discriminator"} <= {name for name, _ in moves}
    for step in range(2):
        played = seen[step * len(moves) : (step + 1) * len(moves)]
        assert [name for _, name in played] == [name for name, _ in moves]
        batches = {play: batch for (_, play), (batch, _) in zip(moves, played, strict=True)}
        assert all(torch.equal(batch, batches[play]) for (_, play), (batch, _) in zip(moves, played, strict=True))
        assert len({batch.sum().item() for batch in batches.values()}) == len(batches) == player.plays
