"""What the six families of images to images are measured by, in a tiny version on pictures of noise."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from benchmarks.long_training import LongTraining
from benchmarks.translation import __main__ as command
from benchmarks.translation import (
    age_cgan,
    cells,
    cyclegan,
    held_out,
    inpainting,
    judges,
    keypoint_reader,
    pix2pix,
    pose,
    srgan,
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
CACHED = (held_out.opened, cyclegan.pairs, cyclegan.vendors, age_cgan.questions, age_cgan.ages, pose.questions)
SMALL: Tree = {"training": {"batch_size": 2, "precision": "fp32"}}
MORE: dict[str, Tree] = {
    "srgan": {"game": {"content": 0.0, "generator": {"name": "srresnet", "width": 4, "blocks": 1}}},
    "inpainting": {"game": {"generator": {"name": "context-encoder", "width": 4, "bottleneck": 8}}},
    "age-cgan": {"game": {"search": 1, "latent": {"size": 4}}},
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
    for age in range(4):
        for split, people in (("train", ("x_light_male", "y_dark_male")), ("test", ("x_dark_male",))):
            write(tmp_path / "people" / split / f"{age}-age", people, 30 * age)
    figures = [f"{split}/{who}_run_{frame}" for split in ("train", "test") for who in "01" for frame in range(2)]
    write(tmp_path / "figures", figures)
    joints = np.random.default_rng(0).integers(4, SIDE - 4, (len(figures), 17, 2)).tolist()
    table = {f"{name}.png": [[*xy, 1] for xy in points] for name, points in zip(figures, joints, strict=True)}
    (tmp_path / "figures" / "keypoints.json").write_text(json.dumps(table))

    monkeypatch.setattr(report, "CELLS", tmp_path / "cells")
    monkeypatch.setattr(classifier_training, "presented", lambda count: count)
    monkeypatch.setattr(judges, "perceptual", Apart)
    monkeypatch.setattr(judges, "describer", lambda: SimpleNamespace(features=brightness))
    monkeypatch.setattr(inpainting, "opencv", lambda: SimpleNamespace(INPAINT_TELEA=0, INPAINT_NS=1, inpaint=telea))
    for name, value in (("GIVEN", "google"), ("WANTED", "fluent")):
        monkeypatch.setattr(cyclegan, name, str(tmp_path / value))
    monkeypatch.setattr(age_cgan, "PEOPLE", str(tmp_path / "people"))
    monkeypatch.setattr(pose, "PEOPLE", str(tmp_path / "figures"))
    monkeypatch.setattr(inpainting, "SIDE", SIDE)
    monkeypatch.setattr(keypoint_reader, "EPOCHS", 1)
    sources = {"cyclegan": "fluent-b", "age-cgan": "people", "pose": "figures"}
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
    for cached in (*CACHED, pose.reader):
        cached.cache_clear()


def shrunk(task: Task) -> Task:
    """The task with tiny players."""
    methods = task.methods

    def small(steps: int, width: int) -> dict[str, Tree]:
        found = methods(steps, width)
        return {name: merge(merge(tree, SMALL), MORE.get(task.family, {})) for name, tree in found.items()}

    object.__setattr__(task, "methods", small)
    return task


@pytest.mark.parametrize("family", ["pix2pix", "cyclegan", "srgan", "inpainting", "age-cgan", "pose"])
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
    task = shrunk(tiny["srgan"])
    monkeypatch.setattr(command, "TASKS", [task])
    monkeypatch.setattr(command, "GALLERY", tmp_path / "gallery")

    def called(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["translation", "--steps", "2", "--width", "4", *arguments])
        command.main()
        return capsys.readouterr().out

    with pytest.raises(SystemExit, match="srgan photos, seed 0: no cell of 2 steps is finished"):
        called("--gallery")
    table = called()
    assert all(f"\n| {row} |" in table for row in (srgan.BICUBIC, srgan.FIRST, srgan.OURS))
    assert "below both: m" in table and "doctor: " in table
    monkeypatch.setattr(LongTraining, "advanced", lambda self, end: pytest.fail("trained again"))
    assert called().endswith(table[table.index("\n### ") :])
    called("--gallery")
    with Image.open(tmp_path / "gallery" / "srgan.png") as picture:
        assert picture.size == grid(torch.zeros(36, 3, SIDE, SIDE), 9).size


def test_the_tables_command_is_that_of_the_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["/here/benchmarks/translation/__main__.py", "--tasks", "pix2pix edges"])
    report.print_table("title", ["column"], [])
    assert "`python -m benchmarks.translation --tasks 'pix2pix edges'`" in capsys.readouterr().out


def test_seeds_are_averaged_and_what_diverged_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    task = srgan.TASKS[0]
    monkeypatch.setattr(cells, "references", lambda task: {srgan.BICUBIC: {"psnr": 20.0, "lpips": 0.4}})

    def result(first: float, last: float, diverged: int | None = None) -> dict[str, Any]:
        lines = [{"step": step, "averaged": {"psnr": psnr}} for step, psnr in ((4, first), (5, last))]
        return {"checks": lines, "diverged": diverged}

    found = {
        (task, "srgan", 0): result(21, 19),
        (task, "srgan", 1): result(23, 19),
        (task, "srgan", 2): result(0, 0, 5),
    }
    rows = cells.rows_of(task, found)
    assert [one["psnr"] for one in rows[srgan.FIRST]] == [21, 23] and list(rows)[-1] == srgan.OURS
    assert cells.means(rows)[srgan.FIRST]["psnr"] == 22
    assert cells.shown([21, 23]) == "22 ± 1.4" and cells.shown([0.25]) == "0.25"


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


def only_just(task: Task, rows: dict[str, dict[str, float]], row: str, missed: dict[str, float]) -> None:
    """All marks are met, and each measure that `row` misses by a little misses one of them."""
    assert all(task.marks(rows).values())
    misses = [list(task.marks({**rows, row: {**rows[row], name: value}}).values()) for name, value in missed.items()]
    assert all(met.count(False) == 1 for met in misses)


def test_marks_of_srgan() -> None:
    task = srgan.TASKS[0]
    rows = {
        srgan.BICUBIC: {"psnr": 25.0, "lpips": 0.4},
        srgan.FIRST: {"psnr": 25.9, "lpips": 0.3},
        srgan.OURS: {"psnr": 24.0, "lpips": 0.29},
    }
    only_just(task, rows, srgan.OURS, {"lpips": 0.3})
    only_just(task, rows, srgan.FIRST, {"psnr": 25.79, "lpips": 0.28})
    only_just(task, rows, srgan.BICUBIC, {"lpips": 0.28})


def test_marks_of_inpainting() -> None:
    rows = {
        "Telea": {"psnr": 20.0, "lpips": 0.3},
        "Navier–Stokes": {"psnr": 21.0, "lpips": 0.2},
        inpainting.OURS: {"psnr": 21.1, "lpips": 0.19},
    }
    only_just(inpainting.TASKS[0], rows, inpainting.OURS, {"psnr": 20.9, "lpips": 0.21})


def test_marks_of_age_cgan() -> None:
    rows = {age_cgan.OURS: {"both": 60.0, "latent": 50.0, "guess": 49.0}}
    only_just(age_cgan.TASKS[0], rows, age_cgan.OURS, {"both": 59.9, "latent": 49.0, "guess": 50.0})


def test_marks_of_pose() -> None:
    rows = {
        pose.SOURCE: {"lpips": 0.3, "mask_ssim": 0.5, "joints": 8.0},
        pose.FIRST: {"lpips": 0.2, "mask_ssim": 0.9, "joints": 4.0},
        pose.OURS: {"lpips": 0.1, "mask_ssim": 0.885, "joints": 7.0},
    }
    only_just(pose.TASKS[0], rows, pose.OURS, {"lpips": 0.2, "mask_ssim": 0.87, "joints": 8.0})
    only_just(pose.TASKS[0], rows, pose.SOURCE, {"lpips": 0.1})


def test_luma_is_of_studio_range_without_the_border() -> None:
    grey = torch.stack([torch.full((3, 12, 10), level) for level in (-1.0, 1.0)])
    found = srgan.luma(grey)
    assert found.shape == (2, 1, 4, 2)
    levels = (found + 1) * 127.5
    assert torch.allclose(levels[0], torch.tensor(16.0).double()) and torch.allclose(
        levels[1], torch.tensor(235.0).double()
    )
    green = torch.tensor([-1.0, 1.0, -1.0]).view(1, 3, 1, 1).expand(1, 3, 9, 9)
    assert float((srgan.luma(green) + 1) * 127.5) == pytest.approx(16 + 128.553)


def test_bicubic_keeps_what_is_flat_and_enlarges_four_times() -> None:
    flat = torch.full((2, 3, 5, 6), 0.2)
    large = srgan.bicubic(flat)
    assert large.shape == (2, 3, 20, 24) and float((large - 0.2).abs().max()) < 1 / 127
    ramp = torch.linspace(-1, 1, 6).expand(1, 3, 5, 6)
    assert (srgan.bicubic(ramp).diff(dim=3) >= 0).all()


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


def test_people_are_asked_for_the_other_ages_and_known_by_their_true_picture(tiny: dict[str, Task]) -> None:
    asked = age_cgan.questions()
    everybody = held_out.opened(age_cgan.PEOPLE, "all")
    assert everybody.labels is not None and len(asked.pictures) == 4 * 3
    assert (asked.pictures != asked.ages).all()  # the only person was drawn once at each age
    names = held_out.stems(everybody)
    assert {names[row] for row in asked.answers.tolist()} == {"x_dark_male"}
    assert everybody.labels[asked.answers.numpy()].tolist() == asked.ages.tolist()
    true = held_out.truth(everybody)[asked.answers]
    assert age_cgan.verdicts(true).person.all()
    other = held_out.truth(everybody)[[names.index("y_dark_male")]].expand_as(true)
    assert not age_cgan.verdicts(other).person.all()


def test_the_reader_of_joints_finds_dots_and_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "CELLS", tmp_path)
    monkeypatch.setattr(keypoint_reader, "WIDTH", 8)
    monkeypatch.setattr(keypoint_reader, "BATCH", 16)
    points = torch.randint(3, 13, (96, 2, 2), generator=torch.Generator().manual_seed(0)).float()
    images = torch.full((96, 3, 16, 16), -1.0)
    for picture, joints in zip(images, points.long(), strict=True):
        for channel, (x, y) in enumerate(joints.tolist()):
            picture[channel, y - 1 : y + 2, x - 1 : x + 2] = 1
    keypoints = torch.cat([points, torch.ones(96, 2, 1)], 2)
    keypoints[0] = torch.tensor([-500.0, -500.0, 0.0])  # missing: neither learnt nor counted
    reader = keypoint_reader.trained(images, keypoints)
    assert keypoint_reader.error(reader, images, keypoints) < 1
    assert keypoint_reader.error(reader, images, keypoints.roll(5, 0)) > 2
    again = keypoint_reader.trained(images[:2], keypoints[:2])
    assert torch.equal(again(images), reader(images))
