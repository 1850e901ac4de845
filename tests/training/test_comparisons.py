"""Input, output and truth, written as a training goes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from tests.comparing import same_ends
from tests.small import ENGINE, flat, images

import ganworks
from ganworks.games.translation import compared
from ganworks.record.grid import beside
from ganworks.runs import Run

SETTINGS = {
    **flat(ENGINE),
    "data.input": "grey",
    "record.sample_every": 2,
    "game.noise": False,
    "game.generator.width": 4,
    "game.discriminator.width": 4,
    "game.discriminator.patch": 16,
}


def train(out: Path, steps: int) -> Run:
    return ganworks.train("pix2pix", images(shape=(3, 8, 8)), out=out, settings={**SETTINGS, "training.steps": steps})


def test_a_translator_shows_fixed_examples_by_its_averaged_weights(tmp_path: Path) -> None:
    run = train(tmp_path / "run", 4)
    written = sorted((tmp_path / "run" / "comparisons").iterdir())
    assert [path.name for path in written] == ["00000000.png", "00000002.png", "00000004.png"]
    columns = compared(run.game, run.configuration.training.seed)
    assert [column.shape[1] for column in columns] == [1, 3, 3]
    first, last, expected = (np.asarray(image, int) for image in (*map(Image.open, written[::2]), beside(columns)))
    assert abs(last - expected).max() <= 1
    third = first.shape[1] // 3
    same = [
        np.array_equal(first[:, i * third : i * third + third], last[:, i * third : i * third + third])
        for i in range(3)
    ]
    assert same == [True, False, True]


def test_a_run_that_was_cut_shows_the_same(tmp_path: Path) -> None:
    train(tmp_path / "uncut", 4)
    train(tmp_path / "cut", 2)
    ganworks.resume(tmp_path / "cut", steps=4, data=images(shape=(3, 8, 8)))
    same_ends(tmp_path / "uncut", tmp_path / "cut")
    shown = [(tmp_path / name / "comparisons" / "00000004.png").read_bytes() for name in ("uncut", "cut")]
    assert shown[0] == shown[1]


def test_games_of_noise_have_nothing_to_compare(tmp_path: Path) -> None:
    ganworks.train("gan", images(), out=tmp_path / "run", settings={**flat(ENGINE), "training.steps": 1})
    assert not (tmp_path / "run" / "comparisons").exists()
