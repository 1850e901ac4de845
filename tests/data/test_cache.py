import errno
import multiprocessing
import os
import resource
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from ganworks.config import DataSettings
from ganworks.data import pictures
from ganworks.data.cache import built_once, cache_folder
from ganworks.data.open import open_samples
from ganworks.data.store import store_folder
from ganworks.errors import GanworksError

FORK = multiprocessing.get_context("fork")


def is_done(folder: Path) -> bool:
    return (folder / "done").is_file()


def count_build(folder: Path, counter: Path, seconds: float) -> None:
    def build(empty: Path) -> None:
        with counter.open("a") as file:
            file.write("x")
        (empty / "half").touch()
        time.sleep(seconds)
        (empty / "done").touch()

    built_once(folder, build, is_done)
    assert is_done(folder)


def test_of_several_processes_one_builds(tmp_path: Path) -> None:
    folder, counter = tmp_path / "set", tmp_path / "counter"
    others = [FORK.Process(target=count_build, args=(folder, counter, 0.3)) for _ in range(4)]
    for process in others:
        process.start()
    for process in others:
        process.join(20)
    assert [process.exitcode for process in others] == [0] * 4
    assert counter.read_text() == "x"


def test_a_kill_half_way_leaves_nothing_that_counts(tmp_path: Path) -> None:
    folder, counter = tmp_path / "set", tmp_path / "counter"
    victim = FORK.Process(target=count_build, args=(folder, counter, 60))
    victim.start()
    while not list(tmp_path.glob(".set.partial-*/half")):
        time.sleep(0.01)
    os.kill(victim.pid, signal.SIGKILL)
    victim.join(10)
    assert not folder.exists()
    count_build(folder, counter, 0)
    assert counter.read_text() == "xx" and not list(tmp_path.glob(".set.partial-*"))


def test_a_failing_build_leaves_nothing(tmp_path: Path) -> None:
    def full_disk(empty: Path) -> None:
        (empty / "half").touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(GanworksError, match=r"No space left on device.*GANWORKS_CACHE"):
        built_once(tmp_path / "set", full_disk, is_done)
    assert [path.name for path in tmp_path.iterdir()] == ["set.lock"]


def open_with_little_room(answers: "multiprocessing.Queue[str]") -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    try:
        open_samples(DataSettings())
    except GanworksError as error:
        answers.put(str(error))


def test_no_room_for_decoding_is_an_error_not_a_crash(cache: Path) -> None:
    answers = FORK.Queue()
    child = FORK.Process(target=open_with_little_room, args=(answers,))
    child.start()
    assert "cannot write the cache" in answers.get(timeout=120)
    child.join(10)
    assert not [path for path in (cache / "decoded").iterdir() if path.is_dir()]


def test_an_unusable_cache_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GANWORKS_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(GanworksError, match="GANWORKS_CACHE"):
        open_samples(DataSettings())


def test_the_cache_follows_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GANWORKS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    monkeypatch.setattr("sys.platform", "linux")
    assert cache_folder() == Path("/x/ganworks")


@pytest.mark.parametrize("damage", ["cut", "gone", "garbled"])
def test_a_damaged_store_is_built_anew(damage: str) -> None:
    samples = open_samples(DataSettings())
    before = np.array(samples.values)
    folder = store_folder(samples.digest)
    if damage == "cut":
        os.truncate(folder / "values.u8", 100)
    elif damage == "gone":
        (folder / "labels.i64").unlink()
    else:
        (folder / "about.json").write_text("{")
    assert np.array_equal(open_samples(DataSettings()).values, before)


def test_decoding_happens_once(picture, monkeypatch: pytest.MonkeyPatch) -> None:
    picture("a.png")
    settings = DataSettings(source=str(picture("b.png")))
    first = open_samples(settings)
    assert isinstance(first.values, np.memmap) and not first.values.flags.writeable
    monkeypatch.setattr(pictures, "decode", None)
    again = open_samples(settings)
    assert np.array_equal(again.values, first.values) and again.digest == first.digest
    changed = settings.model_copy(update={"resolution": 8})
    with pytest.raises(GanworksError, match="2 of 2 images"):
        open_samples(changed)


def open_and_sum(source: str, sums: "multiprocessing.Queue[int]") -> None:
    sums.put(int(np.sum(open_samples(DataSettings(source=source)).values, dtype=np.int64)))


def test_two_processes_open_one_folder_at_once(picture, cache: Path) -> None:
    for number in range(40):
        folder = picture(f"{number}.png", (64, 64), seed=number)
    sums = FORK.Queue()
    both = [FORK.Process(target=open_and_sum, args=(str(folder), sums)) for _ in range(2)]
    for process in both:
        process.start()
    results = [sums.get(timeout=120) for _ in both]
    for process in both:
        process.join(10)
    assert results[0] == results[1] > 0
    assert len([path for path in (cache / "decoded").iterdir() if path.is_dir()]) == 1
