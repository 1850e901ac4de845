"""`ganworks data`: the catalogue, fetching, and looking into a source."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path

import pytest
from tests.cli.conftest import Call

from ganworks.data.cache import cache_folder
from ganworks.data.catalogue.entries import ENTRIES


def test_every_named_set_is_listed_whole(call: Call) -> None:
    called = call("data", "list")
    header, *lines = called.out.splitlines()
    assert header.split() == ["name", "kind", "samples", "shape", "classes", "licence", "size", "here"]
    assert [line.split()[0] for line in lines] == list(ENTRIES)
    for line, entry in zip(lines, ENTRIES.values(), strict=True):
        assert entry.licence in line
        assert f"{entry.samples:,}" in line
    here = {line.split()[0] for line in lines if line.endswith("yes")}
    assert {"fashion-10k", "ring", "grid"} <= here


def test_what_was_fetched_is_here(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("GANWORKS_CACHE", str(tmp_path_factory.mktemp("elsewhere")))
    fetching = import_module("ganworks.data.catalogue.fetch")
    monkeypatch.setattr(fetching, "_fill_from", lambda folder, source, progress: (folder / "file").touch())
    assert listed(call)["mnist-5k"] == "no"
    called = call("data", "get", "mnist-5k")
    assert called.code == 0, called.err
    assert str(cache_folder()) in called.out
    assert "BSD-3" in called.out
    assert (listed(call)["mnist-5k"], listed(call)["mnist"]) == ("yes", "no")


def listed(call: Call) -> dict[str, str]:
    """The last column of `data list` by the first."""
    return {line.split()[0]: line.split()[-1] for line in call("data", "list").out.splitlines()}


def test_the_embedded_set_needs_no_fetching(call: Call) -> None:
    called = call("data", "get", "fashion-10k")
    assert called.code == 0
    assert "use it as --data fashion-10k" in called.out


def test_check_counts_a_folder(call: Call, photos: Path) -> None:
    called = call("data", "check", photos)
    assert (called.code, called.err) == (0, "")
    for row in ("samples     12 of photos", "shape       3×10×10 (rgb)", "cats: 6", "dogs: 6", "duplicates  0"):
        assert row in called.out
    assert "warning     only 12 samples" in called.out


def test_check_takes_the_settings_of_data(call: Call, photos: Path) -> None:
    called = call("data", "check", photos, "--data.channels", "grey", "--data.resolution", "8")
    assert "1×8×8 (grey)" in called.out


def test_check_names_broken_files(call: Call, photos: Path, tmp_path: Path) -> None:
    shutil.copytree(photos, tmp_path / "copy")
    (tmp_path / "copy/cats/[bold].png").write_text("no picture")
    called = call("data", "check", "copy")
    assert called.code == 0, called.err
    assert "cats/[bold].png: " in called.out
    assert "training refuses more than 1% (data.broken)" in called.out
