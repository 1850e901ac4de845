"""Completed pictures: what G is given and loses by, what D sees, and that nothing known is touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.small import ENGINE, flat, samples, small, trainer
from torch import Tensor

import ganworks
from ganworks.config import DataSettings
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.errors import UsageError
from ganworks.games.diffusion import diffused
from ganworks.games.inpainting import Inpainting
from ganworks.games.masks import centre
from ganworks.games.round import Round
from ganworks.games.translation import compared, translate, wishes_of
from ganworks.losses.reconstruction import masked_l2

SHAPE = (3, 16, 16)


def game_of(**game: Any) -> Inpainting:
    built = trainer(small("inpainting", {"game": game}), samples("inpainting", SHAPE)).game
    assert isinstance(built, Inpainting)
    return built.requires_grad_(True)


def a_round(count: int = 8, first: int = 0, seed: int = 0, **more: Any) -> Round:
    """`count` rows of a batch of eight."""
    real = torch.rand(8, *SHAPE, generator=torch.Generator().manual_seed(5)) * 2 - 1
    return Round(real[first : first + count], None, torch.Generator().manual_seed(seed), 8, first=first, **more)


def pictures(count: int, size: int = 16) -> np.ndarray:
    """Discs in colours of their own on a ground of its own, uint8."""
    random = np.random.default_rng(1)
    rows, columns = np.mgrid[:size, :size]
    made = np.empty((count, 3, size, size), np.uint8)
    for picture in made:
        ground, disc = random.integers(0, 256, (2, 3, 1, 1))
        y, x, radius = *random.uniform(size / 3, 2 * size / 3, 2), size / 4
        picture[:] = np.where((rows - y) ** 2 + (columns - x) ** 2 < radius**2, disc, ground)
    return made


def test_g_is_given_the_picture_without_what_is_missing_the_mask_and_noise() -> None:
    game, round = game_of(noise=3, fill="nothing"), a_round()
    given = game.latents(round)
    known, missing, noise = given[:, :3], given[:, 3:4], given[:, 4:]
    assert set(missing.unique().tolist()) == {0, 1}
    assert torch.equal(known, round.real * (1 - missing))
    assert noise.shape == (8, 3, 16, 16)
    assert torch.equal(noise, noise[:, :, :1, :1].expand_as(noise))
    assert len(noise[:, 0, 0, 0].unique()) == 8


def test_both_turns_see_the_same_masks_and_d_what_a_user_gets() -> None:
    game, shared, seen = game_of().eval(), {}, []
    game.discriminator.register_forward_hook(lambda _, given, logits: seen.append(given[0].detach()))
    game.discriminator_loss(a_round(seed=1, memory=shared))
    game.generator_loss(a_round(seed=2, memory=shared))
    given, made = shared["latents"], shared["fakes"].detach()
    completed = torch.where(given[:, 3:4] > 0, made, given[:, :3])
    for shown, wanted in zip(seen, (a_round().real, completed, completed), strict=True):
        assert torch.equal(shown, wanted)
    assert not torch.equal(made, completed), "G says something of known pixels, too"


def test_parts_of_a_batch_are_given_what_the_whole_would_be() -> None:
    game = game_of()
    whole = game.latents(a_round())
    parts = [game.latents(a_round(4, first, whole=False)) for first in (0, 4)]
    assert torch.equal(torch.cat(parts), whole)
    assert not torch.equal(game.latents(a_round(seed=1)), whole)


def test_what_g_loses_by() -> None:
    weights = {"fill": "nothing", "reconstruction": 0.9, "adversarial": 0.3, "diversity": 0.7, "overlap": 2}
    game, round = game_of(**weights).eval(), a_round()
    terms = game.generator_loss(round)
    given, made = round.memory["latents"], round.memory["fakes"]
    known, missing, noise = given[:, :3], given[:, 3:4], given[:, 4:]
    completed = torch.where(missing > 0, made, known)
    torch.testing.assert_close(terms["l2"], 0.9 * masked_l2(made, round.real, missing, 2))
    verdict = torch.nn.functional.softplus(-game.discriminator(completed)).mean()
    torch.testing.assert_close(terms["adversarial"], 0.3 * verdict)

    drawn = torch.Generator().manual_seed(0)
    game.draw_missing(8, drawn), game.draw_noise(8, drawn)
    other = game.draw_noise(8, drawn)
    again = game.generator(torch.cat([known, missing, other[:, :, None, None].expand_as(noise)], 1))
    expected = []
    for row in range(8):
        hole = missing[row].expand(3, -1, -1) > 0
        apart = (made[row] - again[row])[hole].abs().mean()
        expected.append(apart / (noise[row, :, 0, 0] - other[row]).abs().mean())
    torch.testing.assert_close(terms["diversity"], -0.7 * torch.stack(expected).mean())


@pytest.mark.parametrize("without", [{"diversity": 0.0}, {"noise": 0}])
def test_without_noise_nothing_is_to_differ(without: dict[str, Any]) -> None:
    game = game_of(**without)
    assert set(game.generator_loss(a_round())) == {"adversarial", "l2"}
    assert game.varies is ("noise" not in without)


@pytest.mark.parametrize("generator", ["context-encoder", "unet"])
@pytest.mark.parametrize("size", [(16, 16), (23, 18), (9, 40)])
@pytest.mark.parametrize("fill", ["nothing", "surroundings"])
def test_known_pixels_are_untouched_at_any_size(generator: str, size: tuple[int, int], fill: str) -> None:
    game = game_of(generator={"name": generator, "width": 4}, fill=fill).eval()
    seen = torch.rand(2, 3, *size) * 2 - 1
    mask = (torch.rand(2, 1, *size) < 0.3).float()
    made = translate(game, seen, mask=mask)
    assert made.shape == seen.shape
    assert torch.equal(made[(mask == 0).expand_as(seen)], seen[(mask == 0).expand_as(seen)])
    assert (made != seen)[(mask == 1).expand_as(seen)].all()
    hidden = torch.where(mask > 0, torch.rand_like(seen), seen)
    assert torch.equal(translate(game, hidden, mask=mask), made), "what is missing is not looked at"


def test_what_is_filled_from_around_is_where_g_begins() -> None:
    game, round = game_of(fill="surroundings").eval(), a_round()
    given = game.latents(round)
    filled, missing = given[:, :3], given[:, 3:4]
    assert torch.equal(filled, diffused(round.real, missing))
    assert 0 < (game.generate(given) - filled).abs().max() < 0.05
    assert torch.equal(game.made(round), filled + game.generator(given))


def test_without_a_mask_the_centre_is_made() -> None:
    game, seen = game_of().eval(), torch.rand(1, 3, 21, 16)
    mask = centre(1, (3, 21, 16), torch.Generator())
    assert torch.equal(translate(game, seen), translate(game, seen, mask=mask))
    assert wishes_of(game) == ("mask",)


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(
        UsageError, match=r"^a mask of 16×12 does not fit a picture of 16×20: make it as high and wide$"
    ):
        translate(game_of().eval(), torch.zeros(1, 3, 16, 20), mask=torch.zeros(1, 1, 16, 12))


def test_one_mask_does_for_all_pictures_and_two_do_not_for_three() -> None:
    game, seen, mask = game_of(noise=0).eval(), torch.rand(3, 3, 16, 16), torch.zeros(1, 1, 16, 16)
    mask[:, :, :5] = 0.5
    made = translate(game, seen, mask=mask)
    assert ((made != seen).all(1) == mask[0].gt(0)).all()
    assert torch.equal(made, translate(game, seen, mask=mask.expand(3, -1, -1, -1)))
    with pytest.raises(UsageError, match=r"^3 pictures need one mask, or as many, not 2$"):
        game.translate(seen, mask=mask.expand(2, -1, -1, -1))


def test_a_run_completes_pictures_that_it_keeps_without_its_data(tmp_path: Path) -> None:
    settings = {**flat(ENGINE), "training.steps": 2, "game.generator.width": 4, "game.generator.bottleneck": 8}
    settings |= {"game.discriminator.width": 4, "game.masks": "blocks"}
    run = ganworks.train("inpainting", pictures(12), out=tmp_path / "run", settings=settings)
    loaded = ganworks.load(tmp_path / "run")
    assert torch.equal(run.generate(4, seed=1), loaded.generate(4, seed=1))
    game = loaded.game
    assert isinstance(game, Inpainting) and int(game.examples.count) == 12
    given, made, whole = compared(game, seed=0)
    assert len(given) == len(made) == len(whole) == 8
    known = given == whole
    assert 0.6 < known.float().mean() < 1
    assert torch.equal(made[known], whole[known])
    assert torch.equal(given[~known], torch.zeros(int((~known).sum())))


def psnr_in_the_hole(made: Tensor, real: Tensor, mask: Tensor) -> float:
    """dB, of values in [-1, 1]."""
    return float(10 * torch.log10(4 / (made - real).square()[mask.expand_as(real) > 0].mean()))


def trained(steps: int, **game: Any) -> tuple[Inpainting, Tensor]:
    """The average of a game that has seen eight pictures so often, and these in [-1, 1]."""
    opened = open_samples(DataSettings(), source=pictures(8))
    assert isinstance(opened, Samples)
    player = trainer(small("inpainting", {"game": {"generator": {"width": 16, "bottleneck": 64}, **game}}), opened)
    for _ in range(steps):
        player.step()
    player.average.refresh(player.game, seed=0)
    player.game.load_state_dict(player.average.networks.state_dict(), strict=False)
    assert isinstance(player.game, Inpainting)
    return player.game.eval(), torch.from_numpy(pictures(8)) / 127.5 - 1


def test_eight_pictures_are_learnt_by_heart() -> None:
    """With the noise and what keeps it heard; filled with the mean colour around them, holes are at 12 dB."""
    game, real = trained(400, masks="centre")
    mask = centre(8, SHAPE, torch.Generator())
    around = ((1 - mask) * real).sum((2, 3), keepdim=True) / (1 - mask).sum((2, 3), keepdim=True)
    assert psnr_in_the_hole(around.expand_as(real), real, mask) < 13
    assert psnr_in_the_hole(translate(game, real), real, mask) > 25


def test_seeds_make_several_answers_of_which_none_touches_what_is_known() -> None:
    apart = []
    for diversity in (0.0, 0.3):
        game, real = trained(80, masks="centre", diversity=diversity)
        hole = centre(8, SHAPE, torch.Generator()).expand_as(real) > 0
        answers = torch.stack([translate(game, real, seed=seed) for seed in range(4)])
        assert torch.equal(answers[0], translate(game, real, seed=0))
        assert torch.equal(answers[:, ~hole], real[~hole].expand(4, -1))
        apart.append(float(answers[:, hole].std(0).mean()))
    assert apart[1] > 0.03 > 2 * apart[0], apart
