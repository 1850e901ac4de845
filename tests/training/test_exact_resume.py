"""A training cut anywhere and resumed equals the uncut one bit for bit."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.comparing import identical, same_ends, silent
from tests.small import ENGINE, RECIPES, flat, images, samples, small, trainer
from torch import Tensor
from torch.utils.data import Dataset

import ganworks
from ganworks.data.samples import Samples
from ganworks.training.checkpoints import checkpoints, load_newest, save_checkpoint
from ganworks.training.trainer import Trainer
from ganworks.tree import Tree


def play(player: Trainer, steps: int) -> list[Tensor]:
    """Play, and give the batches that were seen."""
    seen: list[Tensor] = []
    on_device = player.on_device
    player.on_device = lambda batch: seen.append(batch.values.clone()) or on_device(batch)  # type: ignore[func-returns-value, method-assign]
    for _ in range(steps):
        player.step()
    player.on_device = on_device  # type: ignore[method-assign]
    return seen


def resumed_equals_uncut(recipe: str, tree: Tree, data: Samples, folder: Path) -> None:
    configuration = small(recipe, tree)
    uncut = trainer(configuration, data)
    order = play(uncut, 6)
    first = trainer(configuration, data)
    seen = play(first, 3)
    save_checkpoint(folder, 3, first.state(), keep=2)
    second = trainer(configuration.model_copy(), data)
    step, tensors = load_newest(folder, silent)
    second.load_state(tensors, step)
    torch.manual_seed(77)  # what else draws random numbers meanwhile must not matter
    seen += play(second, 3)
    assert second.step_count == 6
    assert len(seen) == len(order)
    assert all(torch.equal(mine, theirs) for mine, theirs in zip(seen, order, strict=True))
    identical(second.state(), uncut.state())
    assert any(name.startswith("optimiser/") for name in tensors)
    before = {name: tensor for name, tensor in tensors.items() if "weight" in name}
    moved = [not torch.equal(tensor, before[name]) for name, tensor in second.state().items() if name in before]
    assert any(moved), "steps that change nothing prove nothing"


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe(recipe: str, tmp_path: Path) -> None:
    shape = (1, 16, 16) if recipe in ("dcgan", "sngan") else (1, 8, 8)
    resumed_equals_uncut(recipe, {}, samples(recipe, shape), tmp_path)


@pytest.mark.parametrize(
    "tree",
    [
        {"training": {"precision": "bf16"}},
        {"training": {"accumulate": 2}},
        {"training": {"play": "simultaneous"}},
        {"training": {"clip_gradients": 0.1, "schedule": {"warmup": 4, "decay_from": 2, "decay_to": 5}}},
        {"training": {"optimisers": {"generator": {"name": "sgd", "momentum": 0.9}}}},
        {"training": {"optimisers": {"generator": {"weight_decay": 0.1}}}},
        {"training": {"average": {"decay": 0.0}}},
        {"game": {"discriminator_steps": 2, "penalties": {"gradient": {}}}},
        {"game": {"discriminator": {"batch_norm": False}, "penalties": {"dragan": {}}}},
        {"game": {"generator": {"name": "resnet", "width": 4}}},
    ],
    ids=str,
)
def test_every_way_to_play(tree: Tree, tmp_path: Path) -> None:
    resumed_equals_uncut("dcgan", tree, samples("dcgan"), tmp_path)


@pytest.mark.parametrize("tree", [{"training": {"precision": "bf16"}}, {"training": {"accumulate": 2}}], ids=str)
@pytest.mark.parametrize("recipe", ["pix2pix", "cyclegan"])
def test_every_way_to_translate(recipe: str, tree: Tree, tmp_path: Path) -> None:
    """With dropout as noise, pictures in an order of their own, and a pool that has been full."""
    resumed_equals_uncut(recipe, tree, samples(recipe), tmp_path)


@pytest.mark.skipif(not (shutil.which("g++") or shutil.which("clang++")), reason="compiling needs a C++ compiler")
def test_compiled(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    settings = {**flat(ENGINE), "game.generator.hidden": [], "game.discriminator.hidden": []}
    settings |= {"training.precision": "bf16", "training.compile": "on", "record.checkpoint_every": 3}
    uncut = ganworks.train("gan", images(), out=tmp_path / "uncut", settings=settings, progress=True)
    assert uncut.configuration.training.compile == "on", f"compiling failed: {capfd.readouterr().err}"
    shutil.copytree(tmp_path / "uncut", tmp_path / "cut")
    checkpoints(tmp_path / "cut" / "checkpoints")[0].unlink()
    ganworks.resume(tmp_path / "cut", data=images())
    same_ends(tmp_path / "uncut", tmp_path / "cut")


class Flickering(Dataset[Tensor]):
    """Items that are drawn anew, from torch and from numpy, each time they are asked for."""

    def __len__(self) -> int:
        return 40

    def __getitem__(self, index: int) -> Tensor:
        noise = np.random.random((1, 8, 8))
        return torch.clamp(torch.rand(1, 8, 8) + torch.from_numpy(noise).float() * index / 40, 0, 1)


def test_a_dataset_read_by_two_workers(tmp_path: Path) -> None:
    def train(out: Path, steps: int, workers: int) -> None:
        settings = {**flat(ENGINE), "training.steps": steps, "data.workers": workers}
        ganworks.train("gan", Flickering(), out=out, settings=settings)

    train(tmp_path / "uncut", 6, workers=2)
    train(tmp_path / "alone", 6, workers=0)
    train(tmp_path / "cut", 3, workers=2)
    ganworks.resume(tmp_path / "cut", steps=6, data=Flickering())
    same_ends(tmp_path / "uncut", tmp_path / "cut")
    same_ends(tmp_path / "uncut", tmp_path / "alone")


def test_thirty_and_thirty_steps_are_sixty(tmp_path: Path) -> None:
    """Through the interface, with files: the newest checkpoint, the picture and the configuration are the same."""

    def train(out: Path, steps: int) -> None:
        ganworks.train("toy", "ring", out=out, settings={**flat(ENGINE), "training.steps": steps})

    train(tmp_path / "uncut", 60)
    train(tmp_path / "cut", 30)
    ganworks.resume(tmp_path / "cut", steps=60)
    same_ends(tmp_path / "uncut", tmp_path / "cut")
    for name in ("run.yaml", "spec.json", "samples/00000060.png"):
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "uncut" / name).read_bytes()
