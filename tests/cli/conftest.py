"""The command line called in process, in an empty folder, and small runs to call it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import ganworks
from ganworks.cli import main

SAME_EVERYWHERE = ["--device", "cpu", "--precision", "fp32", "--training.threads", "1"]
TINY = [*SAME_EVERYWHERE, "--batch-size", "4", "--record.samples", "4"]
TINY_IMAGES = [*TINY, "--resolution", "8", "--game.generator.width", "4", "--game.discriminator.width", "4"]


@dataclass(frozen=True)
class Called:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


Call = Callable[..., Called]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls `ganworks` with words, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)

    def call(*words: object) -> Called:
        capsys.readouterr()
        code = main([str(word) for word in words])
        printed = capsys.readouterr()
        return Called(code, printed.out, printed.err)

    return call


def draw_photos(folder: Path, count: int = 12) -> Path:
    """Noise pictures in two classes."""
    for index in range(count):
        pixels = np.random.default_rng(index).integers(0, 256, (10, 10, 3), dtype=np.uint8)
        path = folder / ("cats", "dogs")[index % 2] / f"{index} [x].png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    return folder


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_photos(tmp_path_factory.mktemp("sources") / "photos")


def small_run(recipe: str, data: str, out: Path) -> Path:
    settings: dict[str, object] = {"training.threads": 1, "training.precision": "fp32", "record.samples": 4}
    if recipe == "toy":
        settings |= {"game.latent.discrete": 0}  # which truncation leaves alone
    else:
        settings |= {"game.generator.width": 4, "game.discriminator.width": 4, "data.resolution": 8}
    ganworks.train(recipe, data, out=out, steps=2, batch_size=4, device="cpu", settings=settings)
    return out


@pytest.fixture(scope="session")
def points_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two steps of `toy` on the ring."""
    return small_run("toy", "ring", tmp_path_factory.mktemp("points") / "toy")


@pytest.fixture(scope="session")
def image_run(tmp_path_factory: pytest.TempPathFactory, photos: Path) -> Path:
    """Two steps of `dcgan` on 3×8×8 photos."""
    return small_run("dcgan", str(photos), tmp_path_factory.mktemp("images") / "dcgan")


@pytest.fixture(scope="session")
def labelled_run(tmp_path_factory: pytest.TempPathFactory, photos: Path) -> Path:
    """Two steps of `cgan` on photos of cats and dogs."""
    return small_run("cgan", str(photos), tmp_path_factory.mktemp("labelled") / "cgan")
