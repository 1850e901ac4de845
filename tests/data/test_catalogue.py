import functools
import gzip
import hashlib
import http.server
import io
import shutil
import tarfile
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.data.packed import tgz

from ganworks.config import DataSettings
from ganworks.data.catalogue import catalogue_names, clients, describe, fetch
from ganworks.data.catalogue.clients import command_of
from ganworks.data.catalogue.entries import ENTRIES
from ganworks.data.catalogue.entry import Entry
from ganworks.data.catalogue.layouts import LAYOUTS
from ganworks.data.catalogue.packages import Download, Package, Source
from ganworks.data.catalogue.unpack import members, write
from ganworks.data.open import open_samples
from ganworks.errors import GanworksError, UsageError


def test_every_entry_is_complete() -> None:
    assert set(catalogue_names()) >= {"fashion-10k", "fashion-mnist", "mnist", "mnist-5k", "orl-faces", "ring", "grid"}
    for name in catalogue_names():
        entry = describe(name)
        assert entry.about and entry.licence and entry.samples and entry.splits[0] == "train"
        for source in entry.sources:
            assert source.layout in LAYOUTS and all(len(file.sha256) == 64 for file in source.files)
        assert (entry.megabytes > 0) == bool(entry.sources)
    assert describe("orl-faces").megabytes == 4.7
    with pytest.raises(UsageError, match="did you mean 'fashion-mnist'"):
        describe("fashion-mnits")


def test_the_embedded_set_opens_as_described() -> None:
    samples = open_samples(DataSettings())
    entry = describe("fashion-10k")
    assert len(samples) == entry.samples and samples.spec.shape == entry.shape
    assert samples.spec.classes == entry.classes and "Sneaker" in entry.classes
    assert abs(samples.values.mean() - 73.15) < 0.01 and samples.name == "fashion-10k"
    assert (fetch("fashion-10k") / "LICENSE-fashion-mnist").is_file()
    with pytest.raises(GanworksError, match="no test split"):
        open_samples(DataSettings(split="test"))


def test_computed_sets_need_no_fetching() -> None:
    with pytest.raises(UsageError, match="nothing to fetch"):
        fetch("ring")


# --- a package of our own and clients that hand it out


def package(path: Path, client: str = "npm") -> Package:
    return Package(client, path.stem, "1.0", hashlib.sha256(path.read_bytes()).hexdigest(), 0.1)


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An entry `tiny` of two sources, and a fake client that copies packages from tmp_path and counts calls."""
    image = io.BytesIO()
    Image.new("L", (8, 8)).save(image, "PNG")
    path = tgz(tmp_path / "good.tgz", {"package/data/a.png": image.getvalue(), "package/data/b.png": image.getvalue()})
    sources = tuple(Source((package(path, client),), "mnist") for client in ("apt", "npm"))
    monkeypatch.setitem(ENTRIES, "tiny", Entry("tiny", "", 2, (1, 8, 8), (), ("train",), "", sources))
    state = {"calls": [], "broken": set(), "file": path}

    def run(command, folder, wanted, progress) -> None:
        state["calls"].append(wanted.client)
        if wanted.client in state["broken"]:
            raise clients.UnavailableError("404 Not Found")
        shutil.copy(state["file"], folder / "good.tgz")

    monkeypatch.setattr(clients, "run_client", run)
    monkeypatch.setattr(clients.shutil, "which", lambda program: f"/bin/{program}")
    return state


def test_a_set_is_fetched_once_checked_and_opened(catalogue) -> None:
    assert fetch("tiny", progress=False) == fetch("tiny", progress=False)
    assert catalogue["calls"] == ["apt"]
    assert open_samples(DataSettings(source="tiny")).spec.shape == (1, 8, 8)


def test_a_failed_source_falls_to_the_next(catalogue) -> None:
    catalogue["broken"] = {"apt"}
    assert (fetch("tiny", progress=False) / "a.png").is_file()
    assert catalogue["calls"][-1] == "npm"


def test_when_all_fail_the_message_says_what_was_tried(catalogue, cache: Path, monkeypatch) -> None:
    catalogue["broken"] = {"npm"}
    monkeypatch.setattr(clients.shutil, "which", lambda program: None if program == "apt-get" else program)
    with pytest.raises(GanworksError) as caught:
        fetch("tiny", progress=False)
    for part in (
        "apt package good 1.0 (apt-get is not installed)",
        "npm package good 1.0 (404 Not Found)",
        "fashion-10k",
    ):
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not [path for path in (cache / "sets").iterdir() if path.is_dir()]


def test_a_wrong_checksum_is_refused_before_unpacking(catalogue, tmp_path: Path, monkeypatch) -> None:
    catalogue["file"] = tgz(tmp_path / "other.tgz", {"package/data/a.png": b"x"})
    monkeypatch.setitem(LAYOUTS, "mnist", lambda files, folder: pytest.fail("unpacked"))
    with pytest.raises(GanworksError, match="checksum"):
        fetch("tiny", progress=False)


def test_an_official_site_is_read_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"\0\0\x08\x03" + (2).to_bytes(4, "big") * 3 + bytes(8)
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(content))
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}"
        good = Download(f"{root}/train-images-idx3-ubyte.gz", hashlib.sha256(content).hexdigest())
        sources = tuple(Source((file,), "plain") for file in (Download(f"{root}/gone.gz", ""), good))
        monkeypatch.setitem(ENTRIES, "tiny", Entry("tiny", "", 2, (1, 2, 2), (), ("train",), "", sources))
        assert open_samples(DataSettings(source="tiny")).values.shape == (2, 1, 2, 2)
        bad = (Source((Download(f"{root}/gone.gz", ""),), "plain"), Source((Download(good.url, "0" * 64),), "plain"))
        monkeypatch.setitem(ENTRIES, "tiny", Entry("tiny", "", 2, (1, 2, 2), (), ("train",), "", bad))
        with pytest.raises(GanworksError, match=r"gone.gz \(File not found\), then .*\(checksum"):
            fetch("tiny", progress=False)
        server.shutdown()


def test_clients_are_asked_for_pinned_files_without_scripts(tmp_path: Path) -> None:
    commands = {client: command_of(Package(client, "name", "1.2", "", 1), tmp_path) for client in ("npm", "apt", "pip")}
    assert commands["npm"][-1] == "name@1.2" and "--ignore-scripts" in commands["npm"]
    assert commands["apt"][-2:] == ["download", "name=1.2"]
    assert commands["pip"][-1] == "name==1.2" and "--no-deps" in commands["pip"] and ":all:" in commands["pip"]
    one_wheel = command_of(Package("pip", "name", "1.2", "", 1, "cp311-cp311-manylinux2014_x86_64"), tmp_path)
    assert one_wheel[-7:-1] == ["--python-version", "311", "--abi", "cp311", "--platform", "manylinux2014_x86_64"]


def test_unpacking_writes_nothing_outside(tmp_path: Path) -> None:
    for name in ("../evil", "/evil", "a/../../evil", "C:evil", "a\\..\\evil", ""):
        with pytest.raises(ValueError, match="unsafe name"):
            write(tmp_path / "in", name, b"x")
    assert not list(tmp_path.rglob("*evil*"))
    path = tmp_path / "links.tgz"
    with tarfile.open(path, "w:gz") as tar:
        link = tarfile.TarInfo("package/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    assert list(members(path, lambda name: True)) == []


# --- one real set, where the client and its registry can be reached


def test_mnist_5k_is_fetched_for_real() -> None:
    try:
        fetch("mnist-5k", progress=False)
    except GanworksError as error:
        if "checksum" in str(error):
            raise
        pytest.skip(str(error))
    samples = open_samples(DataSettings(source="mnist-5k"))
    assert samples.values.shape == (5000, 1, 28, 28)
    assert samples.spec.classes == tuple("0123456789") and np.bincount(samples.labels).tolist() == [500] * 10
    assert 33 < samples.values.mean() < 35
