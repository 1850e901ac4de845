"""Super-resolution: who learns from what in which stage, what a run is left with, what it can be asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.small import ENGINE, flat, images, small, trainer
from tests.training.test_exact_resume import resumed_equals_uncut
from torch import Tensor, nn
from torch.nn.functional import interpolate, softplus

import ganworks
from ganworks.config import DataSettings
from ganworks.data.batches import batches
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.errors import GanworksError, UsageError
from ganworks.games import any_size, srgan
from ganworks.games.round import Round
from ganworks.games.srgan import SRGAN
from ganworks.games.translation import translate
from ganworks.launch import fresh_game
from ganworks.scores.psnr import psnr
from ganworks.tree import Tree, merge


class Looking(nn.Module):
    """A feature network of one's own, always the same."""

    def __init__(self) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(5)
            self.layers = nn.Sequential(nn.Conv2d(3, 6, 3, 2, 1), nn.BatchNorm2d(6), nn.ReLU())

    def forward(self, pictures: Tensor) -> Tensor:
        return self.layers(pictures)  # type: ignore[no-any-return]


LOOKING: Tree = {"game": {"features": f"{__name__}:Looking", "content": 0.5}}


def pairs(factor: int = 4, size: int = 16, count: int = 16) -> Samples:
    """Smooth pictures with sharp squares on them, and the same made smaller."""
    random = np.random.default_rng(0)
    made = np.empty((count, 3, size, size), np.uint8)
    for picture in made:
        picture[:] = np.linspace(0, 200, size)[None, None] * random.uniform(0.2, 1, (3, 1, 1))
        top, left = random.integers(1, size // 2, 2)
        picture[:, top : top + size // 3, left : left + size // 3] = random.integers(0, 256, (3, 1, 1))
    opened = open_samples(DataSettings(input=f"downsample:{factor}"), source=made)
    assert isinstance(opened, Samples)
    return opened


def game_of(recipe: str = "srgan", factor: int = 4, **game: Any) -> SRGAN:
    built = fresh_game(small(recipe, LOOKING, {"game": game}), pairs(factor).spec)
    assert isinstance(built, SRGAN)
    return built


def first_round(samples: Samples) -> Round:
    batch = next(batches(samples, 8, 0))
    real, given = (values / 127.5 - 1 for values in (batch.values, batch.given["image"]))
    return Round(real, None, torch.Generator().manual_seed(0), 8, given={"image": given})


def test_srgan_wants_features_alike_and_a_thousandth_of_the_verdict() -> None:
    game, round, look = game_of(content=0.006).eval(), first_round(pairs()), Looking().eval()
    alone, judged = game.stages()
    fake = game.generator(round.given["image"])
    torch.testing.assert_close(alone.turns[0].loss(round)["pixel"], (fake - round.real).square().mean())
    terms = {turn.name: turn.loss(round) for turn in judged.turns}["generator"]
    assert set(terms) == {"adversarial", "content"}
    torch.testing.assert_close(terms["content"], 0.006 * (look(fake) - look(round.real)).square().mean())
    torch.testing.assert_close(terms["adversarial"], 1e-3 * softplus(-game.discriminator(fake)).mean())


def test_esrgan_wants_absolute_distances_pixels_too_and_more_real_than_real() -> None:
    game, round, look = game_of("esrgan", content=1.0).eval(), first_round(pairs()), Looking().eval()
    alone, judged = game.stages()
    fake = game.generator(round.given["image"])
    torch.testing.assert_close(alone.turns[0].loss(round)["pixel"], (fake - round.real).abs().mean())
    terms = {turn.name: turn.loss(round) for turn in judged.turns}["generator"]
    torch.testing.assert_close(terms["content"], (look(fake) - look(round.real)).abs().mean())
    torch.testing.assert_close(terms["pixel"], 1e-2 * (fake - round.real).abs().mean())
    on_fake, on_real = game.discriminator(fake), game.discriminator(round.real)
    relative = softplus(on_real - on_fake.mean()).mean() + softplus(on_real.mean() - on_fake).mean()
    torch.testing.assert_close(terms["adversarial"], 5e-3 * relative)


def learners(before: dict[str, Tensor], after: dict[str, Tensor]) -> set[str]:
    return {name.split("/")[1].split(".")[0] for name in before if not torch.equal(before[name], after[name])}


@pytest.mark.parametrize("training", [{}, {"accumulate": 2}, {"precision": "bf16"}], ids=str)
@pytest.mark.parametrize("recipe", ["srgan", "esrgan"])
def test_g_learns_alone_then_both_and_the_features_never(
    recipe: str, training: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[nn.Module] = []
    build = srgan.frozen_features
    monkeypatch.setattr(srgan, "frozen_features", lambda *given: made.append(build(*given)) or made[-1])
    player = trainer(small(recipe, LOOKING, {"game": {"pretraining": 2}, "training": training}), pairs())
    (look,) = made
    frozen = {name: tensor.clone() for name, tensor in look.state_dict().items()}
    states = []
    for _ in range(4):
        states.append({name: value.clone() for name, value in player.state().items() if name.startswith("game/")})
        player.step()
    assert set(player.losses()) >= {"pretraining/pixel", "generator/content", "discriminator/adversarial"}
    player.step()
    assert "pretraining/pixel" not in player.losses(), "what is over is reported no more"
    assert learners(states[0], states[1]) == learners(states[1], states[2]) == {"generator"}
    assert learners(states[2], states[3]) == {"generator", "discriminator"}
    assert all(torch.equal(tensor, frozen[name]) for name, tensor in look.state_dict().items())
    assert not any(weights.requires_grad or weights.grad is not None for weights in look.parameters())
    of_look = {tensor.shape for tensor in frozen.values() if tensor.dim() > 1}
    assert not [name for name, tensor in player.state().items() if tensor.shape in of_look]


def test_stage_two_begins_with_moments_of_its_own() -> None:
    player = trainer(small("srgan", LOOKING, {"game": {"pretraining": 3}}), pairs())
    for _ in range(4):
        player.step()
    steps = {name.split("/")[1]: value for name, value in player.state().items() if name.endswith("/step")}
    assert {name: int(value) for name, value in steps.items()} == {"pretraining": 3, "generator": 1, "discriminator": 1}


@pytest.mark.parametrize("border", [2, 3, 4])
def test_cut_before_at_and_after_the_border_it_equals_the_uncut(border: int, tmp_path: Path) -> None:
    resumed_equals_uncut("srgan", merge(LOOKING, {"game": {"pretraining": border}}), pairs(), tmp_path)


@pytest.mark.parametrize(("recipe", "player"), [("srgan", {"width": 24}), ("esrgan", {"width": 24, "growth": 4})])
def test_eight_pairs_are_learnt_by_heart(recipe: str, player: Tree) -> None:
    """Two decibels better than bicubic after stage 1, and still after stage 2."""
    data = pairs(count=8)
    rates = {"pretraining": {"lr": 5e-3}, "generator": {"lr": 3e-4}, "discriminator": {"lr": 3e-4}}
    tree: Tree = {
        "game": {"generator": player, "pretraining": 120},
        "training": {"optimisers": rates, "average": {"decay": 0.9}},
    }
    training = trainer(small(recipe, LOOKING, tree), data)
    batch = next(batches(data, 8, 0))
    real, given = (values / 127.5 - 1 for values in (batch.values, batch.given["image"]))

    def quality(made: Tensor) -> float:
        return float(psnr(made.clamp(-1, 1), real).mean())

    def learnt() -> float:
        training.average.refresh(training.game, 0)
        with training.average.in_place_of(training.game) as game, torch.no_grad():
            reached = quality(game.eval().generate(given))
        training.game.train()
        return reached

    bicubic = quality(interpolate(given, scale_factor=4, mode="bicubic"))
    for steps in (120, 40):
        for _ in range(steps):
            training.step()
        assert learnt() > bicubic + 2


@pytest.mark.parametrize("factor", [2, 4])
def test_tile_by_tile_is_as_whole(factor: int, monkeypatch: pytest.MonkeyPatch) -> None:
    game = game_of(factor=factor).eval()
    pictures = torch.rand(2, 3, 45, 37) * 2 - 1
    with torch.no_grad():
        whole = game.generator(pictures).clamp(-1, 1)
    monkeypatch.setattr(any_size, "TILE", 8)
    tiled = translate(game, pictures)
    assert tiled.shape == (2, 3, factor * 45, factor * 37)
    torch.testing.assert_close(tiled, whole, rtol=0, atol=1e-4)


def test_powers_of_its_scale_are_repeated_passes() -> None:
    game, pictures = game_of(factor=2).eval(), torch.rand(1, 3, 5, 6) * 2 - 1
    once = translate(game, pictures)
    assert torch.equal(translate(game, pictures, scale=2), once)
    assert torch.equal(translate(game, pictures, scale=8), translate(game, translate(game, once)))


@pytest.mark.parametrize(("factor", "can"), [(2, "2 or 4 or 8 or 16 or 32 or 64"), (4, "4 or 16 or 64")])
@pytest.mark.parametrize("scale", [0, 1, 3, 128])
def test_other_scales_are_refused(factor: int, can: str, scale: int) -> None:
    with pytest.raises(UsageError, match=f"this run enlarges {can} times, not {scale} times"):
        translate(game_of(factor=factor).eval(), torch.zeros(1, 3, 5, 6), scale=scale)


def test_what_is_given_must_be_smaller() -> None:
    for made, sizes in [("blur", "16×16 for 16×16"), ("downsample:16", None)]:
        opened = open_samples(DataSettings(input=made), source=images(16, (3, 16, 16)))
        with pytest.raises(UsageError, match=f"not {sizes}.*downsample:4" if sizes else "2 or 4 times as high"):
            fresh_game(small("srgan"), opened.spec)


def run_of(out: Path, progress: bool = False, **game: Any) -> ganworks.Run:
    settings = {**flat(ENGINE), "data.input": "downsample:4", "training.steps": 3, "game.pretraining": 1}
    settings |= {"game.generator.blocks": 1, "game.generator.width": 4, "game.discriminator.width": 2}
    settings |= {f"game.{name}": value for name, value in game.items()}
    return ganworks.train("srgan", images(16, (3, 16, 16)), out=out, settings=settings, progress=progress)


@pytest.mark.parametrize(("pretraining", "said"), [(2, 0), (3, 1)])
def test_a_training_that_ends_in_stage_one_says_so(
    pretraining: int, said: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run_of(tmp_path / "run", progress=True, pretraining=pretraining, content=0.0)
    assert capfd.readouterr().err.replace("\n", " ").count("the last stage begins only after 3") == said


def test_a_run_is_used_without_the_features_it_was_trained_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(tmp_path / "run", features=f"{__name__}:Looking")
    monkeypatch.delattr(f"{__name__}.Looking")
    loaded = ganworks.load(tmp_path / "run")
    shared = ganworks.load(loaded.save(tmp_path / "shared.safetensors"))
    pictures = torch.rand(2, 3, 9, 7) * 2 - 1
    for other in (loaded, shared):
        assert torch.equal(translate(other.game, pictures), translate(run.game, pictures))
    data = images(16, (3, 16, 16))
    with pytest.raises(UsageError, match=r"cannot import .*Looking"):
        ganworks.resume(tmp_path / "run", steps=4, data=data)
    assert ganworks.resume(tmp_path / "run", steps=4, data=data, features=nn.Flatten()).step == 4


UNTRAINED = "ganworks.networks.imagenet_features:ImageNetFeatures"
ELSEWHERE = {"name": "torch.nn:Conv2d", "in_channels": 5, "out_channels": 1, "kernel_size": 1}


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ("imagenett", "unknown features 'imagenett': did you mean 'imagenet'"),
        ({"name": "imagenet", "stage": 7}, "stage=7"),
        ("nowhere:Features", "cannot import 'nowhere:Features'"),
        ({"name": UNTRAINED, "backbone": "alexnet"}, "too small for this stage: 31 pixels or more"),
        ({"name": f"{__name__}:Looking", "stage": 7}, r"unknown setting of features .*Looking 'stage'"),
        (ELSEWHERE, r"features 'torch.nn:Conv2d' cannot look at pictures of \(3, 16, 16\)"),
        ({"name": "torch.nn:Flatten", "start_dim": 0}, r"must make one tensor N×… of N pictures"),
    ],
    ids=str,
)
def test_features_that_cannot_look_are_refused_before_anything_is_written(
    features: Any, message: str, tmp_path: Path
) -> None:
    with pytest.raises(GanworksError, match=message) as caught:
        run_of(tmp_path / "run", features=features)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "run").exists()
