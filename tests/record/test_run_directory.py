from __future__ import annotations

import json
from pathlib import Path

import pytest

from ganworks.errors import GanworksError, UsageError
from ganworks.record.atomic import write_atomically, write_text
from ganworks.record.run_directory import RunDirectory

SPEC = {"shape": [1, 8, 8], "classes": ["ä"]}
DATA = {"name": "ring", "samples": 64, "digest": "0f"}


def test_what_is_created_is_read_back(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path / "run")
    run.create({"recipe": "gan", "rate": 2e-4}, SPEC, DATA)
    assert run.read_configuration() == {"recipe": "gan", "rate": 2e-4}
    assert run.read_spec() == SPEC
    assert run.read_status() == {"state": "created", "step": 0}


@pytest.mark.parametrize("name", ["notes.txt", "photos"])
def test_a_directory_with_other_things_in_it_is_refused_and_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(UsageError, match="exists and is not a run"):
        RunDirectory(tmp_path).create({}, SPEC, DATA)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(GanworksError, match="file"):
        RunDirectory(tmp_path / "file").acquire()
    with pytest.raises(UsageError, match="exists and is not a run"):
        RunDirectory(tmp_path / "file").create({}, SPEC, DATA)


def test_what_a_killed_start_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".lock").touch()
    (tmp_path / "spec.json").write_text("{}")
    (tmp_path / ".run.yaml.12.part").write_text("rec")
    run = RunDirectory(tmp_path)
    run.create({"recipe": "gan"}, SPEC, DATA)
    assert run.exists()
    run.sweep()
    assert not list(tmp_path.rglob("*.part"))


def test_a_second_claim_is_refused_until_the_first_is_released(tmp_path: Path) -> None:
    first, second = RunDirectory(tmp_path), RunDirectory(tmp_path)
    first.acquire()
    assert second.is_claimed()
    with pytest.raises(GanworksError, match="being trained by another process"):
        second.acquire()
    first.release()
    assert not second.is_claimed()
    second.acquire()
    second.release()


def test_lines_torn_by_a_kill_are_left_out(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    for step in (5, 10, 15):
        run.log({"step": step, "loss": 0.5})
    with run.metrics.open("a") as file:
        file.write('{"step": 20, "lo')
    assert [line["step"] for line in run.read_metrics()] == [5, 10, 15]
    run.forget_after(10)
    run.log({"step": 15, "loss": 0.25})
    assert [json.loads(line)["step"] for line in run.metrics.read_text().splitlines()] == [5, 10, 15]


def test_no_run_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is not a run: it has no run\.yaml"):
        RunDirectory(tmp_path).read_configuration()
    run = RunDirectory(tmp_path)
    run.create({"recipe": "gan"}, SPEC, DATA)
    for damaged in ("{", "[]", "{}", "\xff"):
        run.spec.write_text(damaged)
        with pytest.raises(GanworksError, match=r"spec\.json cannot be read"):
            run.read_spec()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    write_text(tmp_path / "a", "old")

    def half(path: Path) -> None:
        path.write_text("ne")
        raise OSError(28, "No space left on device")

    with pytest.raises(GanworksError, match=r"cannot write .*: No space left on device"):
        write_atomically(tmp_path / "a", half)

    def interrupted(path: Path) -> None:
        path.write_text("ne")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a", interrupted)
    assert (tmp_path / "a").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
