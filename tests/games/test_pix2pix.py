"""Paired translation: who sees what, what is added to G's loss, and that pairs are learnt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.small import small
from torch import Tensor

import ganworks
from ganworks.config import DataSettings
from ganworks.data.batches import Batch, batches
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.errors import UsageError
from ganworks.games.examples import Examples
from ganworks.games.pix2pix import Pix2Pix
from ganworks.games.round import Round
from ganworks.launch import fresh_game


def pictures(count: int = 16, size: int = 16) -> np.ndarray:
    """Coloured squares on white, each of its own colour and place."""
    random = np.random.default_rng(0)
    made = np.full((count, 3, size, size), 255, np.uint8)
    for picture in made:
        top, left = random.integers(1, size // 2, 2)
        picture[:, top : top + size // 3, left : left + size // 3] = random.integers(0, 200, (3, 1, 1))
    return made


def paired(kind: str = "grey") -> Samples:
    opened = open_samples(DataSettings(input=kind), source=pictures())
    assert isinstance(opened, Samples)
    return opened


def game_of(**game: Any) -> Pix2Pix:
    built = fresh_game(small("pix2pix", {"game": game}), paired().spec)
    assert isinstance(built, Pix2Pix)
    return built


def first_round() -> Round:
    batch = next(batches(paired(), 8, 0))
    real, given = (values / 127.5 - 1 for values in (batch.values, batch.given["image"]))
    return Round(real, None, torch.Generator().manual_seed(0), 8, given={"image": given})


def test_d_sees_the_input_before_the_output() -> None:
    game, round, seen = game_of().eval(), first_round(), []
    game.discriminator.register_forward_hook(lambda _, given, logits: seen.append(given[0]))
    game.discriminator_loss(round)
    given, fake = round.given["image"], round.memory["fakes"].detach()
    real_seen, fake_seen = seen
    assert torch.equal(real_seen, torch.cat([given, round.real], 1))
    assert torch.equal(fake_seen, torch.cat([given, fake], 1))


@pytest.mark.parametrize("weight", [0.0, 7.0])
def test_the_distance_to_the_truth_is_added_with_its_weight(weight: float) -> None:
    game, round = game_of(l1=weight).eval(), first_round()
    terms = game.generator_loss(round)
    fake = round.memory["fakes"]
    torch.testing.assert_close(terms["l1"], weight * (fake - round.real).abs().mean())


@pytest.mark.parametrize("stays", [True, False])
@pytest.mark.parametrize("noise", [True, False])
def test_another_option_of_dropout_says_itself_whether_it_stays_on(noise: bool, stays: bool) -> None:
    option = {"probability": 0.3, "on": "generator", "at_generation": stays}
    game = game_of(noise=noise, generator={"dropout": 0.0}, stabilisers={"dropout": option}).eval()
    images = first_round().given["image"]
    assert torch.equal(game.generate(images), game.generate(images)) is not stays
    assert game.varies is stays


@pytest.mark.parametrize("noise", [True, False])
def test_dropout_is_the_noise_of_its_use_if_asked(noise: bool) -> None:
    game = game_of(noise=noise).eval()
    images = first_round().given["image"]
    assert torch.equal(game.generate(images), game.generate(images)) is not noise


def test_inputs_are_needed_and_of_one_size_with_outputs() -> None:
    alone = open_samples(DataSettings(), source=pictures())
    with pytest.raises(UsageError, match=r"set data.input to"):
        fresh_game(small("pix2pix"), alone.spec)
    with pytest.raises(UsageError, match="of one size, not 4×4 and 16×16"):
        fresh_game(small("pix2pix"), paired("downsample:4").spec)


def test_examples_come_all_before_any_comes_again() -> None:
    kept = Examples((1, 2, 2))
    images = torch.arange(10, dtype=torch.uint8)[:, None, None, None].expand(-1, 1, 2, 2)
    kept.remember(images)
    drawn = (kept.draw(25, torch.Generator().manual_seed(0))[:, 0, 0, 0] + 1) * 127.5
    assert sorted(drawn[:10].round().tolist()) == sorted(drawn[10:20].round().tolist()) == list(range(10))


def test_a_run_keeps_examples_and_is_sampled_without_its_data(tmp_path: Path) -> None:
    settings = {"training.batch_size": 8, "training.steps": 3, "training.threads": 1, "record.samples": 4}
    settings |= {"game.generator.width": 4, "game.discriminator.width": 4, "game.discriminator.patch": 16}
    run = ganworks.train("pix2pix", pictures(), out=tmp_path / "run", settings={**settings, "data.input": "grey"})
    loaded = ganworks.load(tmp_path / "run")
    assert torch.equal(run.generate(5, seed=1), loaded.generate(5, seed=1))
    examples = loaded.game.examples
    assert isinstance(examples, Examples) and int(examples.count) == 16
    assert len(examples.images[:16].flatten(1).unique(dim=0)) == 16


def test_eight_pairs_are_learnt_by_heart() -> None:
    samples = open_samples(DataSettings(input="grey"), source=pictures(8))
    assert isinstance(samples, Samples)
    from ganworks.training.trainer import Trainer

    tree = {
        "game": {"generator": {"width": 16, "dropout": 0.0}, "noise": False},
        "training": {"optimisers": {"generator": {"lr": 2e-3}, "discriminator": {"lr": 2e-4}}},
    }
    configuration = small("pix2pix", tree)

    def stream(start: int) -> Any:
        return batches(samples, 8, 0, start=start)

    trainer = Trainer(fresh_game(configuration, samples.spec), configuration.training, stream)
    for _ in range(300):
        trainer.step()
    batch: Batch = next(stream(0))
    real, given = (values / 127.5 - 1 for values in (batch.values, batch.given["image"]))
    with torch.no_grad():
        made: Tensor = trainer.game.generate(given)
    grey_only = (given - real).abs().mean()
    assert (made - real).abs().mean() < 0.03 < grey_only
