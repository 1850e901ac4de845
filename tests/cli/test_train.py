"""`ganworks train`: what it understands, what it prints, what it leaves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.cli.conftest import TINY, TINY_IMAGES, Call

from ganworks.scores.evaluation import history
from ganworks.scores.extractors import classifier_training
from ganworks.tree import leaves


def configuration(run: Path) -> dict[str, Any]:
    return yaml.safe_load((run / "run.yaml").read_text())


def test_help_fits_one_screen(call: Call) -> None:
    called = call("train", "--help")
    lines = called.out.splitlines()
    assert called.code == 0
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    options = "data steps for batch-size resolution seed out from device precision compile devices evaluate-every"
    for option in (*options.split(), "on-failure", "dry-run", "help-all"):
        assert f"--{option} " in called.out


def test_help_all_lists_every_setting_with_value_and_meaning(call: Call) -> None:
    from ganworks.recipes import configuration_type

    called = call("train", "wgan-gp", "--help-all")
    assert called.code == 0
    for key, field in leaves(configuration_type("wgan-gp")):
        if key not in ("recipe", "game.penalties", "game.stabilisers", "training.optimisers"):
            assert re.search(rf"--{re.escape(key)} ", called.out), key
            assert field.description in called.out
    for line in (
        r"--game.generator.width +64 ",
        r"--game.penalties.gradient.weight +10.0 ",
        r"--training.optimisers.generator.lr +0.0001 +learning rate",
        r"--game.generator mlp +hidden \[500, 500\]",
        r"--game.penalties.r1 +gamma 1.0",
        r"--game.stabilisers.packing +size 2",
        r"--game.stabilisers.mixed-batches +-",
    ):
        assert re.search(line, called.out), line
    assert "…" not in called.out


def test_a_recipe_trains_on_its_data_into_the_next_free_run(call: Call) -> None:
    for number in (1, 2):
        called = call("train", "toy", "--steps", "2", *TINY)
        assert called.code == 0, called.err
        run = Path(f"runs/toy-ring-{number}")
        assert called.out.splitlines()[0] == f"toy on ring, 2 steps, into {run}"
        assert re.search(r"^steps +2$", called.out, re.M)
        assert re.search(r"^speed +\d+ img/s$", called.out, re.M)
        checkpoint = re.search(r"^checkpoint +(\S+)$", called.out, re.M)
        grid = re.search(r"^grid +(\S+)$", called.out, re.M)
        assert checkpoint and Path(checkpoint[1]).is_file()
        assert grid and Path(grid[1]) == run / "samples/00000002.png"
        assert configuration(run)["training"]["batch_size"] == 4


def test_the_best_score_is_named_at_the_end(call: Call, photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier_training, "presented", lambda count: 2 * count)
    called = call("train", photos, "--steps", "3", "--evaluate-every", "1", "--out", "run", *TINY_IMAGES)
    assert called.code == 0, called.err
    assert "scored by kid: 12 samples do not fill the 128 dimensions" in called.err
    best = min(history.read(Path("run")), key=lambda line: float(line["kid"]))
    assert re.search(rf"^best +step {best['step']}, kid {best['kid']:.4g}$", called.out, re.M), called.out
    assert "kid" in called.err.splitlines()[-1]


def test_a_path_trains_the_default_recipe(call: Call, photos: Path) -> None:
    called = call("train", photos, "--steps", "1", *TINY_IMAGES)
    assert called.code == 0, called.err
    found = configuration(Path("runs/r3gan-photos-1"))
    assert found["recipe"] == "r3gan"
    assert found["data"]["source"] == str(photos)
    assert found["data"]["resolution"] == 8
    assert found["game"]["generator"] == {"name": "dcgan", "width": 4, "up": "transposed"}


def test_a_data_set_by_name_may_stand_there_too(call: Call) -> None:
    assert call("train", "fashion-10k", "--steps", "1", *TINY_IMAGES).code == 0
    assert configuration(Path("runs/r3gan-fashion-10k-1"))["data"]["source"] == "fashion-10k"


def test_settings_go_from_recipe_to_file_to_options(call: Call, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "recipe: toy\ntraining: {seed: 7, batch_size: 32, steps: 9}\ngame: {latent: {size: 15}}\n"
    )
    words = ("--config", "mine.yaml", "--steps", "1", "--out", "here", "--training.play", "simultaneous", *TINY)
    called = call("train", *words, "--game.discriminator.hidden", "[6]")
    assert called.code == 0, called.err
    found = configuration(tmp_path / "here")
    assert found["recipe"] == "toy"
    assert found["training"]["seed"] == 7
    assert found["training"]["batch_size"] == 4
    assert found["training"]["steps"] == 1
    assert found["training"]["play"] == "simultaneous"
    assert found["game"]["latent"]["size"] == 15
    assert found["game"]["discriminator"]["name"] == "mlp"
    assert found["game"]["discriminator"]["hidden"] == [6]


def test_a_run_can_be_trained_anew_from_its_own_file(call: Call, points_run: Path) -> None:
    called = call("train", "--config", points_run / "run.yaml", "--out", "again")
    assert called.code == 0, called.err
    first, second = (next((run / "checkpoints").iterdir()).name for run in (points_run, Path("again")))
    assert first == second  # the name holds the checksum


def test_a_time_takes_the_place_of_steps(call: Call) -> None:
    called = call("train", "toy", "--for", "0.2s", "--out", "timed", *TINY)
    assert called.code == 0, called.err
    assert "for 0.2 s" in called.out
    found = configuration(Path("timed"))["training"]
    assert (found["steps"], found["duration"]) == (None, 0.2)


def test_without_a_length_the_default_is_said(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    from ganworks import launch
    from ganworks.errors import GanworksError
    from ganworks.recipes.toy import STEPS

    def stop(*arguments: object, **settings: object) -> None:
        raise GanworksError("far enough")

    monkeypatch.setattr(launch, "launch", stop)
    called = call("train", "toy")
    assert called.out == f"toy on ring, {STEPS} steps (the default: --steps or --for change it), into runs/toy-ring-1\n"


def test_steps_in_which_nothing_is_learnt_are_noted(call: Call) -> None:
    fall = {"decay_from": 0, "decay_to": 2, "shape": "linear", "floor": 0}
    falling = [word for name, value in fall.items() for word in (f"--training.schedule.{name}", str(value))]
    said = "note: all learning rates are 0 from step 2 on (training.schedule.decay_to)"
    assert said in call("train", "toy", "--steps", "3", *falling, *TINY).err
    assert said not in call("train", "toy", "--steps", "2", *falling, *TINY).err
    assert said not in call("train", "toy", "--steps", "3", *falling, "--training.schedule.floor", "0.1", *TINY).err


def test_rates_that_would_fall_later_are_noted(call: Call) -> None:
    falling = ("--training.schedule.decay_from", "2", "--training.schedule.decay_to", "4")
    said = "note: learning rates begin to fall only after 2 steps (training.schedule.decay_from)"
    assert said in call("train", "toy", "--steps", "2", *falling, *TINY).err
    assert said not in call("train", "toy", "--steps", "3", *falling, *TINY).err


def test_ways_to_fall_that_no_rate_goes_are_noted(call: Call) -> None:
    level = ("--training.schedule.decay_from", "null", "--training.schedule.decay_to", "null")
    said = "note: no learning rate falls, whatever training.optimisers.generator.decay says: "
    assert said + "training.schedule.decay_from is not set" in call("train", "toy", "--steps", "2", *level, *TINY).err
    ways = ("--training.optimisers.generator.decay", "1")
    assert said not in call("train", "toy", "--steps", "2", *level, *ways, *TINY).err
    assert said not in call("train", "toy", "--steps", "2", *TINY).err


def test_an_input_of_which_nothing_is_made_is_refused(call: Call, photos: Path) -> None:
    called = call("train", "inpainting", "--data", photos, "--input", "edges", "--steps", "2", *TINY)
    assert (called.code, called.err) == (2, "ganworks: inpainting makes nothing of data.input: leave it out\n")
    apart = ("--input", "edges", "--data.paired", "false")
    called = call("train", "pix2pix", "--data", photos, *apart, "--steps", "2", *TINY)
    assert called.code == 2 and "learns from pairs, and data.paired is false" in called.err


def test_from_starts_with_another_run_s_weights(call: Call, points_run: Path) -> None:
    from ganworks import load

    frozen = "--training.optimisers.{}.lr=1e-30"
    alike = ("--game.latent.discrete", "0", "--training.average.decay", "0")
    words = ("--from", points_run, *map(frozen.format, ("generator", "discriminator")), *alike)
    called = call("train", "toy", "--steps", "1", "--seed", "5", "--out", "child", *words, *TINY)
    assert called.code == 0, called.err
    assert (load("child").generate(8) - load(points_run).generate(8)).abs().max() < 0.05


def test_dry_run_tells_sizes_and_cost_and_writes_nothing(call: Call, tmp_path: Path) -> None:
    called = call("train", "toy", "--steps", "1000", "--dry-run", *TINY)
    assert called.code == 0, called.err
    settings = yaml.safe_load(called.out[: called.out.index("\n\n")])
    assert settings["training"]["precision"] == "fp32"
    # (16 + 1)·128 + 2·(128 + 1)·128 + (128 + 1)·2, and with 2 + 2·64 inputs and 1 output
    assert re.search(r"^generator +35,458 parameters$", called.out, re.M)
    assert re.search(r"^discriminator +49,921 parameters$", called.out, re.M)
    assert re.search(r"^memory +\d+\.\d\d GB for the whole process, measured over \d+ steps on cpu$", called.out, re.M)
    assert re.search(r"^time +0:\d\d:\d\d for 1,000 steps$", called.out, re.M)
    assert not list(tmp_path.iterdir())
