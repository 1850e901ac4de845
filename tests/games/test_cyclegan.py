"""Unpaired translation: what each loss holds, and which fakes discriminators are shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from tests.small import images
from torch import Tensor

from ganworks.config import DataSettings
from ganworks.data.batches import batches
from ganworks.data.given import Given
from ganworks.data.open import open_samples
from ganworks.data.pairing import IMAGE, handed
from ganworks.data.samples import Samples
from ganworks.errors import UsageError
from ganworks.games.cyclegan import CycleGAN
from ganworks.games.image_pool import ImagePool
from ganworks.games.round import Round
from ganworks.launch import fresh_game
from ganworks.recipes import configure
from ganworks.training.trainer import Trainer
from ganworks.tree import Tree, merge

SMALL: Tree = {
    "game": {"generator": {"width": 4, "blocks": 1}, "discriminator": {"width": 4, "patch": 16}, "pool": 3},
    "training": {"batch_size": 4, "device": "cpu", "precision": "fp32", "compile": "off", "threads": 1},
}


def domains(channels: int = 3) -> Samples:
    """Noise, and other noise to translate."""
    opened = open_samples(DataSettings(), source=images(20, (3, 16, 16)))
    assert isinstance(opened, Samples)
    other = images(12, (channels, 16, 16), seed=1)
    return handed(opened, Given(other, paired=False), "digest")


def game_of(samples: Samples, **game: Any) -> CycleGAN:
    built = fresh_game(configure("cyclegan", merge(SMALL, {"game": game})), samples.spec)
    assert isinstance(built, CycleGAN)
    return built


def first_round(samples: Samples, whole: bool = True) -> Round:
    batch = next(batches(samples, 4, 0))
    real, given = (values / 127.5 - 1 for values in (batch.values, batch.given[IMAGE]))
    return Round(real, None, torch.Generator().manual_seed(0), 4, whole=whole, given={IMAGE: given})


def distance(first: Tensor, second: Tensor) -> Tensor:
    return (first - second).abs().mean()


@pytest.mark.parametrize(("cycle", "identity"), [(10.0, 0.5), (3.0, 0.0)])
def test_translators_lose_by_both_ways_round(cycle: float, identity: float) -> None:
    samples = domains()
    game, round = game_of(samples, cycle=cycle, identity=identity).eval(), first_round(samples)
    terms = game.generator_loss(round)
    a, b, there, back = round.given[IMAGE], round.real, game.generator, game.inverse
    torch.testing.assert_close(terms["cycle"], cycle * (distance(back(there(a)), a) + distance(there(back(b)), b)))
    torch.testing.assert_close(terms["adversarial"], (game.discriminator(there(a)) - 1).square().mean() / 2)
    inverse = (game.inverse_discriminator(back(b)) - 1).square().mean() / 2
    torch.testing.assert_close(terms["inverse_adversarial"], inverse)
    if identity:
        torch.testing.assert_close(terms["identity"], identity * cycle * (distance(there(b), b) + distance(back(a), a)))
    else:
        assert "identity" not in terms


def test_domains_of_other_channels_have_no_identity() -> None:
    samples = domains(channels=1)
    game = game_of(samples)
    assert set(game.generator_loss(first_round(samples))) == {"adversarial", "inverse_adversarial", "cycle"}
    assert game.generate(torch.zeros(2, 1, 16, 16)).shape == (2, 3, 16, 16)


def test_everybody_learns_in_a_step_and_nobody_else_in_a_turn() -> None:
    samples = domains()
    configuration = configure("cyclegan", SMALL)

    def stream(start: int) -> Any:
        return batches(samples, 4, 0, start=start)

    game = fresh_game(configuration, samples.spec)
    trainer = Trainer(game, configuration.training, stream)
    before = {name: weights.clone() for name, weights in game.named_parameters()}
    trainer.step()
    moved = {name.split(".")[0] for name, weights in game.named_parameters() if not torch.equal(weights, before[name])}
    assert moved == {"generator", "inverse", "discriminator", "inverse_discriminator"}


def test_a_pool_shows_what_is_new_until_it_is_full_and_then_half_of_it() -> None:
    pool = ImagePool(50, (1, 1, 1))
    shown: list[float] = []
    for step in range(400):
        fakes = torch.full((1, 1, 1, 1), float(step))
        round = Round(fakes, None, torch.Generator().manual_seed(step), 1)
        shown.append(pool.exchanged(fakes, round).item())
    assert shown[:50] == list(range(50))
    new = np.mean([value == step for step, value in enumerate(shown) if step >= 50])
    assert 0.42 < new < 0.58
    assert all(value <= step for step, value in enumerate(shown))
    older = shown[50:]
    assert len(set(older)) == len(older), "what was shown is gone from the pool"


@pytest.mark.parametrize("count", [2, 4])
def test_parts_of_a_batch_leave_the_pool_that_the_whole_leaves(count: int) -> None:
    """And are shown the same, so that gradients can be accumulated."""
    whole, cut = ImagePool(5, (1, 1, 1)), ImagePool(5, (1, 1, 1))
    share = 8 // count
    for step in range(6):
        fakes = torch.arange(8.0).view(8, 1, 1, 1) + 8 * step
        shown = whole.exchanged(fakes, Round(fakes, None, torch.Generator().manual_seed(step), 8))
        parts = [
            cut.exchanged(part, Round(part, None, torch.Generator().manual_seed(step), 8, first=first))
            for first, part in zip(range(0, 8, share), fakes.split(share), strict=True)
        ]
        assert torch.equal(torch.cat(parts), shown)
        assert torch.equal(cut.kept, whole.kept)
    assert (shown != fakes).any(), "by now older ones are shown"


def test_without_a_pool_all_is_new() -> None:
    pool, fakes = ImagePool(0, (1, 2, 2)), torch.randn(4, 1, 2, 2)
    assert torch.equal(pool.exchanged(fakes, Round(fakes, None, torch.Generator(), 4)), fakes)


def test_a_domain_to_translate_is_needed() -> None:
    alone = open_samples(DataSettings(), source=images(20, (3, 16, 16)))
    with pytest.raises(UsageError, match=r"set data.input to the folder of the other one"):
        fresh_game(configure("cyclegan", SMALL), alone.spec)


def test_eight_pictures_of_each_domain_are_learnt_by_heart() -> None:
    """Dark pictures become bright ones and the other way round, and both come back as they were."""
    light = np.random.default_rng(0).integers(0, 80, (8, 16, 16, 3), dtype=np.uint8)
    opened = open_samples(DataSettings(), source=light + 175)
    assert isinstance(opened, Samples)
    samples = handed(opened, Given(light[::-1].transpose(0, 3, 1, 2).copy(), paired=False), "digest")
    adam = {"name": "adam", "lr": 2e-3, "betas": (0.5, 0.999)}
    tree = {"training": {"seed": 0, "batch_size": 8, "optimisers": {"generator": adam, "discriminator": adam}}}
    configuration = configure("cyclegan", merge(merge(SMALL, {"game": {"generator": {"width": 8}}}), tree))

    def stream(start: int) -> Any:
        return batches(samples, 8, 0, start=start)

    trainer = Trainer(fresh_game(configuration, samples.spec), configuration.training, stream)
    for _ in range(120):
        trainer.step()
    game = trainer.game
    assert isinstance(game, CycleGAN)
    batch = next(stream(0))
    bright, dark = (values / 127.5 - 1 for values in (batch.values, batch.given[IMAGE]))
    with torch.no_grad():
        there, back = game.translated(dark), game.inverse_translated(bright)
        assert distance(game.inverse_translated(there), dark) < 0.1
        assert distance(game.translated(back), bright) < 0.1
    assert abs(there.mean() - bright.mean()) < 0.15 and abs(back.mean() - dark.mean()) < 0.15


def test_options_act_in_both_directions() -> None:
    options = {"spectral-norm": {}, "historical-averaging": {}, "feature-matching": {"layer": "features.2"}}
    samples = domains()
    game = game_of(samples, stabilisers=options, discriminator_steps=3)
    for network in (game.discriminator, game.inverse_discriminator):
        assert any("parametrizations" in name for name, _ in network.named_parameters())
    terms = game.generator_loss(first_round(samples))
    assert {"historical", "inverse_historical", "feature_matching", "inverse_feature_matching"} <= set(terms)
    assert [turn.times for turn in game.turns()] == [1, 3]
