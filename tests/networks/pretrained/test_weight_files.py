"""A published pickle is read from a copy that is it to the byte, fetched where there is none, and kept."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ganworks.errors import GanworksError
from ganworks.networks.pretrained.weight_files import WeightFile, weights_of

WEIGHTS = {"a": torch.arange(6.0).view(2, 3).T, "b": torch.tensor(1)}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANWORKS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    (tmp_path / "hub" / "checkpoints").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def file(place: Path) -> WeightFile:
    path = place / "net-1.pth"
    torch.save(WEIGHTS, path)
    content = path.read_bytes()
    return WeightFile("net-1.pth", hashlib.sha256(content).hexdigest(), len(content), (path.as_uri(),), ("other.pth",))


def is_whole(weights: dict[str, torch.Tensor]) -> bool:
    return weights.keys() == WEIGHTS.keys() and all(torch.equal(weights[name], WEIGHTS[name]) for name in WEIGHTS)


def test_it_is_fetched_once_and_kept_as_safetensors(place: Path, file: WeightFile) -> None:
    assert is_whole(weights_of(file, progress=False))
    gone = replace(file, addresses=())
    assert is_whole(weights_of(gone, progress=False))
    (kept,) = (place / "cache").rglob("*.safetensors")
    kept.write_bytes(kept.read_bytes()[:50])
    with pytest.raises(GanworksError, match=r"cannot fetch net-1\.pth"):
        weights_of(gone, progress=False)
    assert is_whole(weights_of(file, progress=False))
    assert not list((place / "cache").rglob("*.pth"))


def test_a_path_is_read_if_it_is_that_file(place: Path, file: WeightFile) -> None:
    copy = place / "copy.bin"
    copy.write_bytes((place / "net-1.pth").read_bytes())
    assert is_whole(weights_of(replace(file, addresses=()), copy))
    copy.write_bytes(copy.read_bytes() + b"x")
    with pytest.raises(GanworksError, match=rf"copy\.bin is not net-1\.pth: its sha256 is .* {file.sha256[:12]}…"):
        weights_of(file, copy)
    with pytest.raises(GanworksError, match=r"is no file: give the path of net-1\.pth"):
        weights_of(file, place / "missing")


@pytest.mark.parametrize("name", ["net-1.pth", "other.pth"])
def test_the_copy_of_another_program_serves(place: Path, file: WeightFile, name: str) -> None:
    (place / "hub" / "checkpoints" / name).write_bytes((place / "net-1.pth").read_bytes())
    assert is_whole(weights_of(replace(file, addresses=()), progress=False))


def test_the_error_says_what_was_tried_and_how_to_name_a_path(place: Path, file: WeightFile) -> None:
    short = place / "short.pth"
    short.write_bytes(b"cut")
    long = place / "long.pth"
    long.write_bytes(b"x" * (file.size + 1_000_000))
    lost = replace(file, addresses=("file:///nowhere/net-1.pth", short.as_uri(), long.as_uri()))
    with pytest.raises(GanworksError) as failure:
        weights_of(lost, progress=False)
    message = str(failure.value)
    assert message.startswith("cannot fetch net-1.pth: tried file:///nowhere/net-1.pth (")
    assert message.count(f"it has not the {file.size} bytes") == 2
    assert file.sha256 in message and message.endswith("name it with --weights PATH")
    assert not list((place / "cache").rglob("*.safetensors"))


def test_other_content_of_the_same_size_is_not_opened(place: Path, file: WeightFile) -> None:
    wrong = place / "wrong.pth"
    wrong.write_bytes(b"x" * file.size)
    with pytest.raises(GanworksError, match=r"its sha256 is"):
        weights_of(replace(file, addresses=(wrong.as_uri(),)), progress=False)
