from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.comparing import identical, same_ends, silent
from tests.small import ENGINE, flat, images
from torch import Tensor

import ganworks
from ganworks.errors import GanworksError, UsageError
from ganworks.record import atomic
from ganworks.training import checkpoints as module
from ganworks.training.checkpoints import checkpoints, load_newest, save_checkpoint, step_of

TENSORS = {"a": torch.arange(6.0).view(2, 3), "b": torch.tensor(3), "c": torch.zeros(0)}


def filled(folder: Path, steps: tuple[int, ...] = (3, 6, 9), keep: int = 9) -> list[Path]:
    for step in steps:
        save_checkpoint(folder, step, {**TENSORS, "step": torch.tensor(step)}, keep)
    return checkpoints(folder)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    strided = torch.randn(4, 3, 8, 8).to(memory_format=torch.channels_last)[:, :, ::2]
    save_checkpoint(tmp_path, 7, {**TENSORS, "strided": strided, "bf16": torch.ones(2).bfloat16()}, keep=2)
    step, tensors = load_newest(tmp_path, silent)
    assert step == 7
    identical(tensors, {**TENSORS, "strided": strided, "bf16": torch.ones(2).bfloat16()})


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    assert [step_of(path) for path in filled(tmp_path, (1, 2, 10, 100_000_000), keep=2)] == [100_000_000, 10]
    assert {path.suffix for path in tmp_path.iterdir()} == {".safetensors"}
    assert len(list(tmp_path.iterdir())) == 2


def test_a_step_that_is_saved_again_replaces_its_checkpoint(tmp_path: Path) -> None:
    filled(tmp_path)
    save_checkpoint(tmp_path, 9, {"a": torch.ones(1)}, keep=9)
    assert [step_of(path) for path in checkpoints(tmp_path)] == [9, 6, 3]
    identical(load_newest(tmp_path, silent)[1], {"a": torch.ones(1)})


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut, flip, empty])
def test_a_damaged_checkpoint_is_said_and_the_one_before_it_used(
    damage: Callable[[Path], None], tmp_path: Path
) -> None:
    newest = filled(tmp_path)[0]
    damage(newest)
    said: list[str] = []
    assert load_newest(tmp_path, said.append)[0] == 6
    assert said == [f"{newest.name} is damaged; using the checkpoint before it"]


def test_no_whole_checkpoint_is_an_error_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(GanworksError, match="there is no checkpoint yet"):
        load_newest(tmp_path / "checkpoints", silent)
    for path in filled(tmp_path):
        flip(path)
    with pytest.raises(GanworksError, match="every checkpoint is damaged"):
        load_newest(tmp_path, lambda line: None)


def no_room(*ignored: Any, **also: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def full_at(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if place == "write":
        monkeypatch.setattr(module, "save_file", no_room)
    elif place == "sync":
        monkeypatch.setattr(atomic.os, "fsync", no_room)
    elif place == "rename":
        monkeypatch.setattr(Path, "replace", no_room)
    else:
        monkeypatch.setattr(Path, "mkdir", no_room)


@pytest.mark.parametrize("place", ["write", "sync", "rename", "folder"])
def test_a_full_disk_leaves_the_checkpoints_as_they_were(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in filled(tmp_path, keep=2)}
    with monkeypatch.context() as patched:
        full_at(place, patched)
        with pytest.raises(GanworksError, match="No space left on device") as caught:
            save_checkpoint(tmp_path, 12, TENSORS, keep=2)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert {path.name: path.read_bytes() for path in checkpoints(tmp_path)} == before
    assert not list(tmp_path.glob(".*"))
    save_checkpoint(tmp_path, 12, TENSORS, keep=2)
    assert [step_of(path) for path in checkpoints(tmp_path)] == [12, 9]


@pytest.mark.parametrize("place", ["write", "sync", "log"])
def test_a_full_disk_ends_the_training_in_one_line(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the second checkpoint; the first one is intact and the run goes on from there when there is room again."""
    settings: dict[str, Any] = {**flat(ENGINE), "record.checkpoint_every": 2}
    ganworks.train("gan", images(), out=tmp_path / "uncut", settings=settings)
    saves: list[int] = []
    save = module.save_tensors

    def save_once(tensors: dict[str, Tensor], path: Path, metadata: dict[str, str]) -> None:
        saves.append(1)
        if len(saves) == 2 and place != "log":
            full_at(place, patched)
        save(tensors, path, metadata)
        if len(saves) == 1 and place == "log":
            patched.setattr(Path, "open", no_room_for_lines)

    opened = Path.open

    def no_room_for_lines(path: Path, mode: str = "r", **options: Any) -> Any:
        return no_room() if mode == "a" else opened(path, mode, **options)

    with monkeypatch.context() as patched:
        patched.setattr(module, "save_tensors", save_once)
        with pytest.raises(GanworksError, match="No space left on device") as caught:
            ganworks.train("gan", images(), out=tmp_path / "cut", settings=settings)
    assert "\n" not in str(caught.value)
    assert ganworks.load(tmp_path / "cut", silent).step == 2
    ganworks.resume(tmp_path / "cut", data=images())
    same_ends(tmp_path / "cut", tmp_path / "uncut")


def test_a_run_falls_back_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings: dict[str, Any] = {**flat(ENGINE), "record.checkpoint_every": 3}
    ganworks.train("gan", images(), out=tmp_path / "uncut", settings=settings)
    ganworks.train("gan", images(), out=tmp_path / "run", settings=settings)
    cut(checkpoints(tmp_path / "run" / "checkpoints")[0])
    assert ganworks.load(tmp_path / "run").step == 3
    assert "is damaged" in capsys.readouterr().out
    ganworks.resume(tmp_path / "run", data=images())
    assert "is damaged" in capsys.readouterr().out
    same_ends(tmp_path / "run", tmp_path / "uncut")


def test_a_resumed_run_cannot_have_fewer_steps_than_it_has_played(tmp_path: Path) -> None:
    settings: dict[str, Any] = flat(ENGINE)
    ganworks.train("gan", images(), out=tmp_path / "run", settings=settings)
    with pytest.raises(UsageError, match="has already played 6 steps: resume it with more than 4"):
        ganworks.resume(tmp_path / "run", steps=4, data=images())
    assert ganworks.resume(tmp_path / "run", data=images()).step == 6, "nothing left to do is no error"
    assert ganworks.load(tmp_path / "run", silent).configuration.training.steps == 6


def test_a_torn_checkpoint_beside_whole_ones_is_not_seen(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / ".new.safetensors.1234.part").write_bytes(b"half")
    (tmp_path / "new.safetensors").write_bytes(b"whole but unnamed")
    assert [step_of(path) for path in checkpoints(tmp_path)] == [9, 6, 3]
    assert load_newest(tmp_path, silent)[0] == 9


def test_a_pickle_in_the_place_of_a_checkpoint_is_not_opened(tmp_path: Path) -> None:
    """Even with the right checksum in its name."""
    filled(tmp_path)
    planted = tmp_path / "new.safetensors"
    torch.save({"a": torch.ones(1)}, planted)
    planted.rename(tmp_path / f"00000099-{module.checksum(planted)}.safetensors")
    said: list[str] = []
    assert load_newest(tmp_path, said.append)[0] == 9
    assert "00000099" in said[0]
