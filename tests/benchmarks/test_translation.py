"""What the families of images to images are measured by, in a tiny version on pictures of noise."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from benchmarks.long_training import LongTraining
from benchmarks.translation import __main__ as command
from benchmarks.translation import (
    cells,
    cyclegan,
    held_out,
    inpainting,
    judges,
    pix2pix,
)
from benchmarks.translation.task import Task
from PIL import Image
from torch import Tensor, nn

from benchmarks import report
from ganworks.data.open import open_samples
from ganworks.errors import GanworksError
from ganworks.launch import assemble
from ganworks.recipes import configure
from ganworks.record.grid import grid
from ganworks.scores.extractors import classifier_training
from ganworks.tree import Tree, merge

SIDE = 24
GLYPHS = ("1f389", "1f3ab", "1f44d", "1f44d-1f3fb", "1f600", "1f601")
CACHED = (held_out.opened, cyclegan.pairs, cyclegan.vendors)
SMALL: Tree = {"training": {"batch_size": 2, "precision": "fp32"}}
MORE: dict[str, Tree] = {
    "inpainting": {"game": {"generator": {"name": "context-encoder", "width": 4, "bottleneck": 8}}},
}


def write(folder: Path, names: Sequence[str], level: int = 0) -> None:
    """Pictures of noise, the same for the same name and level."""
    for number, name in enumerate(names):
        pixels = np.random.default_rng([number, level]).integers(level, level + 56, (SIDE, SIDE, 3), dtype=np.uint8)
        path = folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)


class Apart(nn.Module):
    """Stands for LPIPS: the mean distance of pixels."""

    smallest = 1

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        return (first - second).abs().flatten(1).mean(1)


def brightness(images: Tensor) -> Tensor:
    return images.float().mean((2, 3))


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Task]]:
    """The first task of each family, on sources of a few pictures."""
    for vendor, level in (("google", 0), ("fluent", 100)):
        for part in ("", "-a", "-b"):
            for split in ("train", "test"):
                write(tmp_path / f"{vendor}{part}" / split, GLYPHS, level)

    monkeypatch.setattr(report, "CELLS", tmp_path / "cells")
    monkeypatch.setattr(classifier_training, "presented", lambda count: count)
    monkeypatch.setattr(judges, "perceptual", Apart)
    monkeypatch.setattr(judges, "describer", lambda: SimpleNamespace(features=brightness))
    monkeypatch.setattr(inpainting, "opencv", lambda: SimpleNamespace(INPAINT_TELEA=0, INPAINT_NS=1, inpaint=telea))
    for name, value in (("GIVEN", "google"), ("WANTED", "fluent")):
        monkeypatch.setattr(cyclegan, name, str(tmp_path / value))
    monkeypatch.setattr(inpainting, "SIDE", SIDE)
    sources = {"cyclegan": "fluent-b"}
    forget()
    yield {
        task.family: replace(task, source=str(tmp_path / sources.get(task.family, "fluent")))
        for task in reversed(cells.TASKS)
    }
    forget()


def telea(image: np.ndarray, mask: np.ndarray, radius: float, method: int) -> np.ndarray:
    """As OpenCV is called; it fills with black."""
    assert image.dtype == mask.dtype == np.uint8 and image.shape == (*mask.shape, 3)
    return np.where(mask[..., None] > 0, np.uint8(0), image)


def forget() -> None:
    for cached in CACHED:
        cached.cache_clear()


def shrunk(task: Task) -> Task:
    """The task with tiny players."""
    methods = task.methods

    def small(steps: int, width: int) -> dict[str, Tree]:
        found = methods(steps, width)
        return {name: merge(merge(tree, SMALL), MORE.get(task.family, {})) for name, tree in found.items()}

    object.__setattr__(task, "methods", small)
    return task


@pytest.mark.parametrize("family", ["pix2pix", "cyclegan", "inpainting"])
def test_every_method_can_be_trained_and_scored(family: str, tiny: dict[str, Task]) -> None:
    task = shrunk(tiny[family])
    for tree in task.methods(2, 4).values():
        configuration = configure(task.recipe, tree, {"data": {"source": task.source}, "training": {"threads": 1}})
        trainer, _ = assemble(configuration, open_samples(configuration.data))
        trainer.rehearse()
        scores = task.check(trainer.game.eval())
    references = task.references()
    assert set(scores) == set(task.columns) and all(set(one) <= set(task.columns) for one in references.values())
    assert all(np.isfinite(list(one.values())).all() for one in (scores, *references.values()))
    trained = [f"{name}, {stage}" if stage else name for name in task.methods(2, 4) for stage in task.stages]
    assert {type(met) for met in task.marks({**references, **dict.fromkeys(trained, scores)}).values()} == {bool}
    columns = task.shown(trainer.game, 3)
    assert [column.shape[0] for column in columns] == [3, 3, 3] and len({column.shape[2:] for column in columns}) == 1


def test_a_table_and_a_picture_of_cells_that_are_kept(
    tiny: dict[str, Task], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    task = shrunk(tiny["inpainting"])
    monkeypatch.setattr(command, "TASKS", [task])
    monkeypatch.setattr(command, "GALLERY", tmp_path / "gallery")

    def called(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["translation", "--steps", "2", "--width", "4", *arguments])
        command.main()
        return capsys.readouterr().out

    with pytest.raises(SystemExit, match="inpainting photos, seed 0: no cell of 2 steps is finished"):
        called("--gallery")
    table = called()
    assert all(f"\n| {row} |" in table for row in ("Telea", inpainting.OURS))
    assert "OpenCV's: m" in table and "doctor: " in table
    monkeypatch.setattr(LongTraining, "advanced", lambda self, end: pytest.fail("trained again"))
    assert called().endswith(table[table.index("\n### ") :])
    called("--gallery")
    with Image.open(tmp_path / "gallery" / "inpainting.png") as picture:
        assert picture.size == grid(torch.zeros(36, 3, SIDE, SIDE), 9).size


def test_the_tables_command_is_that_of_the_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["/here/benchmarks/translation/__main__.py", "--tasks", "pix2pix edges"])
    report.print_table("title", ["column"], [])
    assert "`python -m benchmarks.translation --tasks 'pix2pix edges'`" in capsys.readouterr().out


def test_l1_alone_does_not_hear_the_discriminator() -> None:
    fake = torch.randn(2, 1, 3, 3, requires_grad=True)
    pix2pix.Deaf.generator(fake).backward()
    assert fake.grad is not None and not fake.grad.any()
    edges = pix2pix.TASKS[0].methods(10, 8)
    alone = edges[pix2pix.ALONE]["game"]
    assert alone.pop("objective") == "benchmarks.translation.pix2pix:Deaf" and alone == edges[pix2pix.OURS]["game"]


def test_marks_of_pix2pix() -> None:
    task = pix2pix.TASKS[0]
    rows = {
        "copied input": {"lpips": 0.6, "l1": 0.4},
        "mean image": {"lpips": 0.7, "l1": 0.3},
        pix2pix.ALONE: {"lpips": 0.5, "l1": 0.1},
        pix2pix.OURS: {"lpips": 0.4, "l1": 0.2},
    }
    assert all(task.marks(rows).values())
    assert not any(task.marks({**rows, pix2pix.OURS: {"lpips": 0.5, "l1": 0.3}}).values())


def test_unpaired_glyphs_are_one_of_each_kind_and_vendors_are_told_apart(tiny: dict[str, Task]) -> None:
    here, there = cyclegan.pairs()
    assert len(here) == len(GLYPHS) - 1  # of two skin tones one
    assert float(here.max()) < float(there.min())
    own = cyclegan.score(there, there, 1)
    assert own["found"] == 100
    swapped = cyclegan.score(there.roll(1, 0), there, 1)
    assert swapped["found"] == 0 and swapped["called"] == own["called"]
    assert own["called"] + cyclegan.score(there, there, 0)["called"] == 100


def test_marks_of_cyclegan() -> None:
    task = cyclegan.TASKS[0]
    rows = {cyclegan.UNTOUCHED: {"found": 50.0}, cyclegan.OURS: {"called": 80.0, "found": 40.0}}
    assert list(task.marks(rows).values()) == [True, True, False]
    rows[cyclegan.OURS] = {"called": 79.0, "found": 39.0}
    assert not any(task.marks(rows).values())


def test_only_the_hole_is_scored(tiny: dict[str, Task]) -> None:
    task = tiny["inpainting"]
    assert isinstance(task, inpainting.Completed)
    wanted = task.wanted()
    masks = inpainting.holes(wanted).bool()
    assert masks.float().mean() == 0.25
    right = task.score(torch.where(masks, wanted, -wanted))
    assert right["lpips"] == 0 and np.isinf(right["psnr"])
    wrong = task.score(torch.where(masks, -wanted, wanted))
    assert wrong["lpips"] > 0 and np.isfinite(wrong["psnr"])
    spoiled, known = task.spoiled(), ~masks.expand_as(wanted)
    assert not spoiled.masked_select(masks).any()
    filled = inpainting.filled(spoiled, 0)
    assert torch.allclose(filled[known], wanted[known], atol=1e-6) and (filled[~known] == -1).all()


def test_without_opencv_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(GanworksError, match="pip install --group benchmarks"):
        inpainting.opencv()
