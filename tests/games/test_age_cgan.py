"""Face ageing: who learns when, what the search for a latent finds, and that persons are kept while ages change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.comparing import identical
from tests.small import ENGINE, flat, small, trainer
from torch import Tensor

import ganworks
from ganworks.config import DataSettings
from ganworks.data.batches import Batch
from ganworks.data.identities import identified
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.data.spec import Spec
from ganworks.errors import UsageError
from ganworks.games.age_cgan import RADIUS, AgeCGAN, Sought
from ganworks.games.game import Game
from ganworks.games.round import Round
from ganworks.games.translation import translate
from ganworks.launch import fresh_game
from ganworks.training.trainer import Trainer
from ganworks.tree import Tree

COLOURS = [(220, 40, 40), (40, 60, 200), (40, 170, 60), (230, 200, 40)]
YOUNG, OLD = 0, 1


def pictures(size: int = 8) -> np.ndarray:
    """Four people, each of one colour, first young (small) and then old (large)."""
    made = np.full((8, 3, size, size), 255, np.uint8)
    for place, picture in enumerate(made):
        margin = 2 if place < 4 else 0
        picture[:, margin : size - margin, margin : size - margin] = np.array(COLOURS[place % 4])[:, None, None]
    return made


def faces(known: bool = True) -> Samples:
    opened = open_samples(DataSettings(), source=(pictures(), np.repeat([YOUNG, OLD], 4)))
    assert isinstance(opened, Samples)
    return identified(opened, [str(place % 4) for place in range(8)]) if known else opened


def seen(rows: slice = slice(None)) -> Tensor:
    return torch.from_numpy(pictures()[rows]) / 127.5 - 1


def game_of(samples: Samples | None = None, **game: Any) -> AgeCGAN:
    built = fresh_game(small("age-cgan", {"game": game}), (samples or faces()).spec)
    assert isinstance(built, AgeCGAN)
    return built.eval()


def sought(game: AgeCGAN, asked: int = YOUNG, rows: slice = slice(None)) -> Sought:
    """Everybody on the pictures, or some, at an age."""
    images = seen(rows)
    return game.sought(images, torch.full((len(images),), asked))


def weights_of(game: Game) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in game.named_parameters()}


def test_the_players_of_a_stage_learn_in_it_and_no_others() -> None:
    player = trainer(small("age-cgan", {"game": {"adversarial_steps": 2}}), faces())
    for learn in [{"generator", "discriminator", "recogniser", "identities"}] * 2 + [{"encoder"}] * 2:
        begun, before = player.step_count, weights_of(player.game)
        if begun == 2:  # the average takes over where nothing is learnt any more
            averages = player.average.networks
            before |= {
                f"{network}.{name}": mean
                for network in ("generator", "recogniser")
                for name, mean in averages[network].named_parameters()
            }
        player.step()
        moved = {
            name.split(".")[0]
            for name, after in weights_of(player.game).items()
            if not torch.equal(after, before[name])
        }
        assert moved == learn, f"step {begun}"


def test_the_encoder_learns_to_undo_the_generator() -> None:
    game, ages = game_of(), torch.tensor([YOUNG, OLD])
    round = Round(seen(slice(2)), ages, torch.Generator().manual_seed(0), 2)
    (term,) = game.encoder_loss(round).values()
    latents = round.memory["latents"]
    found = game.encoder(game.generate(latents, ages))
    torch.testing.assert_close(term, (found - latents).square().mean())
    (gradient, *_) = torch.autograd.grad(term, [*game.generator.parameters()], allow_unused=True)
    assert gradient is None, "it is not the generator's turn"


def test_people_that_are_not_known_teach_nothing() -> None:
    """A batch without any known person has no identity term, and others only that of those who are known."""
    some = identified(faces(known=False), ["Ada", *[None] * 6, "Bea"])
    game, player = game_of(some), trainer(small("age-cgan", {"game": {"adversarial_steps": 1}}), some)
    assert game.identities is not None
    player.step(), player.step()
    assert np.isfinite(list(player.losses().values())).all()

    def identity(*numbers: int) -> Tensor:
        count = len(numbers)
        given = {"identity": torch.tensor(numbers)}
        round = Round(seen(slice(count)), torch.zeros(count, dtype=torch.int64), torch.Generator(), count, given=given)
        return game.recogniser_loss(round)["identity"]

    assert identity(-1, -1) == 0
    torch.testing.assert_close(identity(1, -1, -1), identity(1))


@pytest.mark.parametrize(("known", "at"), [(True, "own"), (True, "asked"), (False, "own"), (False, "asked")])
def test_a_person_is_sought_by_identity_and_pixels_or_as_published(known: bool, at: str) -> None:
    """Identity at the own age (eq. 3), at the asked one beside pixels at the own, or where nobody is known eq. 2."""
    torch.manual_seed(0)
    game = game_of(faces(known), known_at=at, latent={"size": 8})
    wanted, latents = sought(game, asked=OLD), torch.randn(8, 8)
    assert (wanted.ages != OLD).any(), "otherwise both ages are one"
    now, then = game.generate(latents, wanted.ages), game.generate(latents, wanted.asked)
    pixels = (now - seen()).square().mean((1, 2, 3))
    person = (game.recognise(now if at == "own" else then)[0] - game.recognise(seen())[0]).square().sum(1)
    expected = pixels if not known else person if at == "own" else person + pixels
    torch.testing.assert_close(game.distances(latents, wanted), expected)


def test_a_latent_is_to_be_one_person_at_all_ages_and_another_latent_somebody_else() -> None:
    game, ages = game_of(identity=2.0), torch.zeros(8, dtype=torch.int64)
    game.train()
    statistics = {name: tensor.clone() for name, tensor in game.recogniser.named_buffers()}
    one = torch.eye(64)[:1].repeat(8, 1)
    told, everybody = {"everybody": torch.eye(64)[:8], "one": one}, {}
    for name, people in told.items():
        round = Round(seen(), ages, torch.Generator().manual_seed(0), 8)
        game.recognise = lambda images, people=people: (people.repeat(2, 1), images)  # type: ignore[method-assign]
        everybody[name] = float(game.generator_loss(round)["identity"])
    assert everybody["one"] == pytest.approx(2 * np.log(8), rel=1e-5), "no better than a guess among eight"
    assert everybody["everybody"] == pytest.approx(2 * np.log(1 + 7 * np.exp(-RADIUS)), abs=1e-5)
    del game.recognise
    round = Round(seen(), ages, torch.Generator().manual_seed(0), 8)
    game.generator_loss(round)["identity"].backward()  # type: ignore[no-untyped-call]
    assert all(weights.grad is not None for weights in game.generator.parameters())
    after = dict(game.recogniser.named_buffers())
    assert game.recogniser.training and all(torch.equal(after[name], old) for name, old in statistics.items())
    for silent in (game_of(identity=0), game_of(faces(known=False))):
        assert "identity" not in silent.generator_loss(round)


def test_the_search_never_goes_away_and_comes_nearer_by_pixels_too() -> None:
    torch.manual_seed(0)
    game = game_of(faces(known=False), search=40, search_rate=0.3, latent={"size": 8})
    wanted = sought(game)
    latents = (game.encoder(seen()), game.search(wanted))
    guess, found = (game.distances(one, wanted) for one in latents)
    assert (found <= guess).all() and (found < guess).any()
    assert all(weights.grad is None for weights in game.parameters()), "a search leaves no gradients"


def test_no_picture_changes_what_is_found_for_another_and_none_is_needed() -> None:
    game = game_of(search=5)
    together = game.search(sought(game, OLD))
    for row in range(8):
        alone = game.search(sought(game, OLD, slice(row, row + 1)))
        torch.testing.assert_close(alone, together[row : row + 1])
    guess = game_of(search=0)
    guess.load_state_dict(game.state_dict())
    torch.testing.assert_close(guess.search(sought(game, OLD)), guess.encoder(seen()))


def test_a_copy_of_the_generator_learns_each_face_at_its_own_age_and_leaves_no_trace() -> None:
    torch.manual_seed(0)
    game = game_of(search=5, tuning=0)
    before, own = weights_of(game), sought(game).ages
    latents = game.search(game.sought(seen(), own))
    torch.testing.assert_close(game.aged(seen(), own), game.generate(latents, own))
    untuned = game.generate(latents, own)
    game.settings = game.settings.model_copy(update={"tuning": 30, "tuning_rate": 5e-3})
    tuned = game.aged(seen(), own)
    off = [(made - seen()).square().mean((1, 2, 3)) for made in (untuned, tuned)]
    assert (off[1] < 0.5 * off[0]).all()
    for row in range(8):
        alone = game.aged(seen(slice(row, row + 1)), own[row : row + 1])
        torch.testing.assert_close(alone, tuned[row : row + 1])
    identical(weights_of(game), before)
    assert all(weights.grad is None for weights in game.parameters()) and not tuned.requires_grad


def test_an_answer_has_the_size_of_the_question() -> None:
    game = game_of(search=2)
    large = torch.nn.functional.interpolate(seen(), (40, 24))
    assert translate(game, large, age="0").shape == (8, 3, 40, 24)
    torch.testing.assert_close(translate(game, seen(), age=OLD), translate(game, seen(), age="1"))
    assert not torch.equal(translate(game, seen(), age=OLD), translate(game, seen(), age=YOUNG))


@pytest.mark.parametrize(
    ("age", "complaint"),
    [
        (None, "which age\\? ask for one of 0-18, 60\\+"),
        ("40", "no age class holds 40 years: ask for one of 0-18, 60\\+"),
        (2, "no age class number 2"),
        ("0-19", "unknown age class '0-19': did you mean '0-18'"),
        ("-1", "unknown age class '-1'"),
    ],
)
def test_an_age_that_is_not_there_is_refused(age: str | int | None, complaint: str) -> None:
    game = fresh_game(small("age-cgan"), Spec((3, 8, 8), ("0-18", "60+")))
    with pytest.raises(UsageError, match=complaint) as caught:
        translate(game, seen(), age=age)
    assert "\n" not in str(caught.value)


def test_comparisons_are_cheap_to_make() -> None:
    """A search and a copy of G for each of 8 faces at all ages would take longer than the steps between two."""
    game, calls = game_of(search=50, tuning=50), []
    game.meet(Batch(torch.from_numpy(pictures()), None))
    game.generator.register_forward_hook(lambda *_: calls.append(1))
    faces, *aged = game.compare()
    assert torch.equal(faces, seen()) and len(calls) == len(aged) == 2
    guessing = game.settings.model_copy(update={"search": 0, "tuning": 0})
    game.settings = guessing
    for age, column in enumerate(aged):
        torch.testing.assert_close(column, translate(game, seen(), age=age))


@pytest.mark.parametrize(("age", "place"), [("5", 0), ("18", 0), ("60", 1), ("99", 1), ("60+", 1), (1, 1)])
def test_an_age_in_years_asks_for_the_class_that_holds_it(age: str | int, place: int) -> None:
    game = fresh_game(small("age-cgan"), Spec((3, 8, 8), ("0-18", "60+")))
    assert isinstance(game, AgeCGAN) and game.age_class(age) == place


def test_classes_that_are_no_years_go_by_name() -> None:
    game = fresh_game(small("age-cgan"), Spec((3, 8, 8), ("baby", "older")))
    assert isinstance(game, AgeCGAN) and game.age_class("older") == 1
    with pytest.raises(UsageError, match="unknown age class '1'"):
        game.age_class("1")


def test_ages_are_needed() -> None:
    with pytest.raises(UsageError, match=r"age-cgan learns from ages: set data.ages to classes such as 0-18,19-29"):
        fresh_game(small("age-cgan"), Spec((3, 8, 8)))


@pytest.mark.parametrize("cut", [2, 3, 4])
def test_a_run_that_is_cut_before_at_or_after_the_border_ends_as_an_uncut_one(cut: int) -> None:
    configuration = small("age-cgan", {"game": {"adversarial_steps": 3}})

    def play(player: Trainer, steps: int) -> dict[str, Tensor]:
        for _ in range(steps):
            player.step()
        return {name: tensor.clone() for name, tensor in player.state().items()}

    uncut = play(trainer(configuration, faces()), 6)
    saved = play(trainer(configuration, faces()), cut)
    resumed = trainer(configuration, faces())
    resumed.load_state(saved, cut)
    identical(play(resumed, 6 - cut), uncut)


def test_a_run_is_saved_loaded_and_asked(tmp_path: Path) -> None:
    settings = {**flat(ENGINE), "training.steps": 4, "game.adversarial_steps": 2, "game.search": 2}
    settings |= {f"game.{name}.width": 4 for name in ("generator", "discriminator", "encoder", "recogniser")}
    run = ganworks.train("age-cgan", (pictures(), np.repeat([YOUNG, OLD], 4)), out=tmp_path / "run", settings=settings)
    alone = ganworks.load(run.save(tmp_path / "run.safetensors"))
    for loaded in (ganworks.load(tmp_path / "run"), alone):
        assert torch.equal(translate(loaded.game, seen(), age=OLD), translate(run.game, seen(), age=OLD))


@pytest.fixture(scope="module")
def grown() -> AgeCGAN:
    """A game that has learnt the eight pictures."""
    rates = {
        **{name: {"lr": 2e-3, "betas": (0.0, 0.99)} for name in ("generator", "discriminator")},
        **{name: {"lr": 2e-3} for name in ("encoder", "recogniser")},
    }
    dense, seeing = {"name": "mlp", "hidden": [64, 64]}, {"width": 16, "dense": 64}
    often = {"gamma": 0.1, "every": 1}
    tree: Tree = {
        "game": {
            "generator": dense,
            "discriminator": dense,
            "penalties": {"r1": often, "r2": often},
            "encoder": seeing,
            "recogniser": seeing,
            "latent": {"size": 8},
            "adversarial_steps": 1200,
            "search": 60,
            "search_rate": 0.1,
            "tuning": 0,
        },
        "training": {"optimisers": rates, "schedule": {"warmup": 0}},
    }
    torch.set_num_threads(1)
    player = trainer(small("age-cgan", tree), faces())
    for _ in range(1400):
        player.step()
    player.average.refresh(player.game, seed=0)
    player.game.load_state_dict(player.average.networks.state_dict(), strict=False)
    assert isinstance(player.game, AgeCGAN)
    return player.game.eval()


@pytest.mark.parametrize("asked", [YOUNG, OLD])
def test_eight_pictures_are_learnt_by_heart_and_people_are_kept_as_they_age(grown: AgeCGAN, asked: int) -> None:
    """Everybody, young or old, becomes their own picture of the asked age, and nobody else's, nor of another age."""
    made, truth = translate(grown, seen(), age=asked), seen(slice(4 * asked, 4 * asked + 4)).repeat(2, 1, 1, 1)
    assert ((made - truth).abs().mean((1, 2, 3)) < 0.35).all()
    assert (made - truth).abs().mean() < 0.2
    nearest = (made[:, None] - seen()[None]).abs().mean((2, 3, 4)).argmin(1)
    assert nearest.tolist() == [4 * asked + person for person in range(4)] * 2
    assert grown.recognise(made)[1].argmax(1).tolist() == [asked] * 8


@pytest.mark.parametrize("asked", [YOUNG, OLD])
def test_tuned_copies_come_nearer_to_people_at_their_own_and_at_other_ages(
    grown: AgeCGAN, monkeypatch: pytest.MonkeyPatch, asked: int
) -> None:
    truth = seen(slice(4 * asked, 4 * asked + 4)).repeat(2, 1, 1, 1)
    apart = (translate(grown, seen(), age=asked) - truth).abs().mean()
    monkeypatch.setattr(grown, "settings", grown.settings.model_copy(update={"tuning": 20}))
    assert (translate(grown, seen(), age=asked) - truth).abs().mean() < 0.9 * apart


@pytest.mark.parametrize(("at", "share"), [("own", 0.8), ("asked", 0.95)])
def test_the_search_keeps_people_better_than_the_guess(
    grown: AgeCGAN, monkeypatch: pytest.MonkeyPatch, at: str, share: float
) -> None:
    """Eq. 3 can be 0; at another age a face is never quite the same."""
    monkeypatch.setattr(grown, "settings", grown.settings.model_copy(update={"known_at": at}))
    wanted = sought(grown, asked=OLD)
    assert wanted.ages.tolist() == [YOUNG] * 4 + [OLD] * 4, "the age of the source is estimated"
    guess = grown.distances(grown.encoder(seen()), wanted)
    found = grown.distances(grown.search(wanted), wanted)
    assert (found <= guess).all() and found.sum() < share * guess.sum()
