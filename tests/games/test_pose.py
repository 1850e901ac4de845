"""Pose transfer: where pictures and poses enter, who learns in which stage, and that pairs are learnt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from tests.comparing import identical, same_ends
from tests.small import ENGINE, flat, samples, small, trainer
from torch import Tensor

import ganworks
from ganworks.config import DataSettings
from ganworks.data.batches import Batch, batches, to_unit_range
from ganworks.data.identities import identified
from ganworks.data.open import open_samples
from ganworks.data.poses import reposed
from ganworks.data.samples import Samples
from ganworks.errors import UsageError
from ganworks.games.pose import PoseGuided, asked_of
from ganworks.games.poses import heatmaps, pose_mask
from ganworks.games.round import Round
from ganworks.games.translation import translate
from ganworks.launch import fresh_game
from ganworks.networks.unet import Translator
from ganworks.training.trainer import Trainer

SIDE = 16


def people(count: int = 4, poses: int = 4) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Pictures, keypoints and who it is: squares in the colour of a person where all of that person's joints are."""
    random = np.random.default_rng(0)
    pictures = np.full((count * poses, 3, SIDE, SIDE), 255, np.uint8)
    keypoints = np.zeros((count * poses, 17, 3), np.float32)
    colours = random.integers(0, 200, (count, 3, 1, 1))
    for row in range(count * poses):
        top, left = random.integers(2, SIDE - 6, 2)
        pictures[row, :, top - 2 : top + 6, left - 2 : left + 6] = colours[row // poses]
        keypoints[row, :, :2] = random.uniform(0, 4, (17, 2)) + np.array([left, top])
        keypoints[row, :, 2] = 2
    return pictures, keypoints, [str(row // poses) for row in range(count * poses)]


def posed(count: int = 4, poses: int = 4) -> Samples:
    pictures, keypoints, who = people(count, poses)
    opened = open_samples(DataSettings(), source=pictures)
    assert isinstance(opened, Samples)
    return reposed(identified(opened, who), keypoints)


def game_of(**game: Any) -> PoseGuided:
    torch.manual_seed(0)
    built = fresh_game(small("pose", {"game": game}), posed().spec)
    assert isinstance(built, PoseGuided)
    return built


def played(batch: Batch) -> Round:
    given = {name: to_unit_range(values) for name, values in batch.given.items()}
    return Round(to_unit_range(batch.values), None, torch.Generator().manual_seed(0), len(batch.values), given=given)


def first_round(count: int = 8) -> Round:
    return played(next(batches(posed(), count, 0)))


def moved(player: Trainer, steps: int) -> set[str]:
    before = {name: weights.clone() for name, weights in player.game.named_parameters()}
    for _ in range(steps):
        player.step()
    return {
        name.split(".")[0] for name, weights in player.game.named_parameters() if not torch.equal(before[name], weights)
    }


def test_pictures_and_poses_enter_where_they_should() -> None:
    game, round = game_of().eval(), first_round()
    seen: dict[str, list[Tensor]] = {"coarse": [], "generator": [], "discriminator": []}
    for name, network in game.named_children():
        if name in seen:
            network.register_forward_hook(lambda _, given, made, name=name: seen[name].extend((given[0], made)))
    game.discriminator_loss(round)
    source, pose = round.given["image"], round.given["pose"]
    asked, coarse = seen["coarse"]
    assert torch.equal(asked, torch.cat([source, heatmaps(pose, SIDE, SIDE)], 1))
    refined, difference = seen["generator"]
    assert torch.equal(refined, torch.cat([source, coarse], 1))
    real, _, fake, _ = seen["discriminator"]
    assert torch.equal(real, torch.cat([source, round.real], 1))
    assert torch.equal(fake, torch.cat([source, coarse + difference], 1))


def test_bodies_weigh_twice_in_both_stages() -> None:
    game, round = game_of(l1=3.0).eval(), first_round()
    weights = np.where(pose_mask(round.given["pose"], SIDE, SIDE).numpy() > 0, 2.0, 1.0)
    assert 0.05 < (weights == 2).mean() < 0.95
    coarse = game.coarse(asked_of(round.given["image"], round.given["pose"]))
    expected = (weights * np.abs(coarse.detach().numpy() - round.real.numpy())).mean()
    assert set(terms := game.coarse_loss(round)) == {"l1"}
    assert terms["l1"].item() == pytest.approx(expected, rel=1e-5)
    terms = game.generator_loss(round)
    fakes = round.memory["fakes"].detach().numpy()
    assert set(terms) == {"adversarial", "l1"}
    assert terms["l1"].item() == pytest.approx(3 * (weights * np.abs(fakes - round.real.numpy())).mean(), rel=1e-5)


def test_stage_one_teaches_the_coarse_network_alone_and_stage_two_the_others() -> None:
    player = trainer(small("pose", {"game": {"coarse_steps": 2}}), posed())
    assert moved(player, 2) == {"coarse"}
    assert set(player.losses()) == {"coarse/l1", "coarse/gradient_norm"}
    player.step()  # may begin with the coarse network's average
    assert moved(player, 2) == {"generator", "discriminator"}
    assert "coarse/l1" not in player.losses()


def test_stage_two_begins_with_what_stage_one_ended_with() -> None:
    game, round = game_of().eval(), first_round()
    asked = game.latents(round)
    assert (game.generate(asked) - game.coarsely(asked)).abs().max() < 0.02


@pytest.mark.parametrize("cut", [2, 3, 4])
def test_cut_and_resumed_around_the_border_it_equals_the_uncut(cut: int) -> None:
    configuration = small("pose", {"game": {"coarse_steps": 3}})
    uncut, first, second = (trainer(configuration, samples("pose")) for _ in range(3))
    for _ in range(6):
        uncut.step()
    for _ in range(cut):
        first.step()
    second.load_state({name: tensor.clone() for name, tensor in first.state().items()}, cut)
    for _ in range(6 - cut):
        second.step()
    identical(second.state(), uncut.state())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pictures, keypoints, who = people()
    names = [f"{person}_{row}.png" for row, person in enumerate(who)]
    (tmp_path / "figures").mkdir()
    for name, picture in zip(names, pictures, strict=True):
        Image.fromarray(picture.transpose(1, 2, 0)).save(tmp_path / "figures" / name)
    table = dict(zip(names, keypoints.tolist(), strict=True))
    (tmp_path / "figures" / "keypoints.json").write_text(json.dumps(table), "utf-8")
    return tmp_path / "figures"


def test_a_run_in_two_stages_is_resumed_watched_and_used_without_its_data(folder: Path, tmp_path: Path) -> None:
    settings = flat({**ENGINE, "game": {name: {"width": 4} for name in ("coarse", "generator", "discriminator")}})
    settings |= {"game.coarse_steps": 2, "record.signals_every": 1}

    def train(out: str, steps: int) -> Any:
        return ganworks.train("pose", str(folder), out=tmp_path / out, settings={**settings, "training.steps": steps})

    train("uncut", 5)
    train("cut", 2)
    ganworks.resume(tmp_path / "cut", steps=5)
    same_ends(tmp_path / "uncut", tmp_path / "cut")
    lines = [json.loads(line) for line in (tmp_path / "uncut" / "metrics.jsonl").read_text("utf-8").splitlines()]
    assert ["coarse/l1" in line for line in lines] == [True, True, False, False, False]
    (folder / "keypoints.json").unlink()
    loaded = ganworks.load(tmp_path / "cut")
    assert loaded.generate(5, seed=1).shape == (5, 3, SIDE, SIDE)
    columns = loaded.game.compare()
    assert [column.shape for column in columns] == [(8, 3, SIDE, SIDE)] * 3


def test_any_picture_is_given_a_pose() -> None:
    game, round = game_of().eval(), first_round()
    images, pose = round.given["image"], round.given["pose"]
    made = translate(game, images, pose=pose)
    assert torch.equal(made, game.generate(asked_of(images, pose)).detach().clamp(-1, 1))
    assert not torch.equal(made, translate(game, images, pose=pose.flip(0)))
    together, alone = translate(game, images, pose=pose[:1]), translate(game, images, pose=pose[:1].expand(8, -1, -1))
    assert torch.equal(together, alone)
    assert translate(game, torch.zeros(2, 3, 37, 21), pose=pose[:2]).shape == (2, 3, 37, 21)


@pytest.mark.parametrize(("place", "value"), [((..., 2), 0.0), ((..., 0), 900.0), ((..., 1), float("nan"))])
def test_a_pose_that_nobody_sees_is_none(place: tuple[Any, int], value: float) -> None:
    """Hidden, or in the pixels of another resolution."""
    game, round = game_of().eval(), first_round()
    pose = round.given["pose"].clone()
    pose[place] = value
    with pytest.raises(UsageError, match=f"no joint of a pose is visible in the picture of {SIDE}×{SIDE}"):
        translate(game, round.given["image"], pose=pose)


def test_a_pose_is_needed_and_one_of_a_person() -> None:
    game, images = game_of().eval(), torch.zeros(2, 3, SIDE, SIDE)
    with pytest.raises(UsageError, match="gives people another pose: say which"):
        translate(game, images)
    with pytest.raises(UsageError, match="a pose of 2×5×3 numbers is none: give x, y and visibility of COCO's 17"):
        translate(game, images, pose=torch.zeros(2, 5, 3))
    with pytest.raises(UsageError, match=r"set data.keypoints to a file"):
        fresh_game(small("pose"), open_samples(DataSettings(), source=people()[0]).spec)


def test_eight_pairs_are_learnt_by_heart_and_refined() -> None:
    data = posed(count=4, poses=2)  # so that each picture has one partner
    tree = {
        "game": {"coarse_steps": 100, "coarse": {"width": 12}, "generator": {"width": 12}},
        "training": {"optimisers": {name: {"lr": 2e-3} for name in ("coarse", "generator")}},
    }
    player = trainer(small("pose", tree), data)
    game = player.game
    assert isinstance(game, PoseGuided) and isinstance(game.coarse, Translator)
    batch = next(batches(data, 8, 0))
    round = played(batch)

    def distance(made: Tensor) -> float:
        return float((made - round.real).abs().mean())

    for _ in range(101):
        player.step()
    with torch.no_grad():
        coarse = distance(game.coarsely(game.latents(round)))
    for _ in range(60):
        player.step()
    with torch.no_grad():
        refined = distance(game.generate(game.latents(round)))
        assert distance(game.coarsely(game.latents(round))) == coarse  # it rests
    assert refined < 0.5 * coarse < 0.05 < 0.25 < distance(round.given["image"])
