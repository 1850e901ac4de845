"""A training that is killed at random instants, resumed each time, ends bit for bit like one that never was."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.comparing import same_ends, silent
from tests.small import ENGINE, flat

import ganworks
from ganworks.errors import GanworksError
from ganworks.record.run_directory import RunDirectory
from ganworks.training.checkpoints import checkpoints, load_newest, step_of

KILLS, FOR_EVER = 24, 1_000_000
INTERRUPTED = 77
SETTINGS: dict[str, Any] = {
    **flat(ENGINE),
    "game.generator.hidden": [12],
    "game.discriminator.hidden": [12],
    "record.log_every": 5,
    "record.checkpoint_every": 10,
    "record.sample_every": 50,
    "training.steps": FOR_EVER,
}


def forked(work: Callable[[], Any]) -> int:
    """A child that does `work` and ends: a copy of this process, warm, so that it begins at once."""
    if child := os.fork():
        return child
    try:
        work()
        os._exit(0)
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", flush=True)
        os._exit(1)


def as_in_a_program(work: Callable[[], Any]) -> None:
    """Do `work` with Python's own handling of Ctrl-C, which test runners change."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    work()


def live(out: Path) -> None:
    """Begin the run, or go on with it."""
    if RunDirectory(out).exists():
        ganworks.resume(out)
    else:
        ganworks.train("toy", "ring", out=out, settings=SETTINGS)


def test_a_run_survives_every_kill(tmp_path: Path) -> None:
    out = tmp_path / "cut"
    ganworks.train("toy", "ring", out=tmp_path / "warm", settings={**SETTINGS, "training.steps": 1})
    start = time_to_begin(tmp_path / "timed")
    instants = random.Random(0)
    lives: list[int] = []
    for _ in range(KILLS):
        child = forked(lambda: live(out))
        time.sleep(instants.uniform(0, 3 * start))
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, "it ended by itself"
        if checkpoints(out / "checkpoints"):
            lives.append(load_newest(out / "checkpoints", silent)[0])
            assert len(checkpoints(out / "checkpoints")) <= 3, "the two that are kept, and one just written"
    assert lives == sorted(lives)
    assert len(set(lives)) >= 5, "most lives should be long enough to get on"
    last = lives[-1] + 20
    ganworks.resume(out, steps=last)
    ganworks.train("toy", "ring", out=tmp_path / "uncut", settings={**SETTINGS, "training.steps": last})
    same_ends(out, tmp_path / "uncut")
    assert metrics(out) == metrics(tmp_path / "uncut")
    assert {file.name for file in everything(out)} == {file.name for file in everything(tmp_path / "uncut")}
    assert [step_of(path) for path in checkpoints(out / "checkpoints")] == [last, last - 10]
    assert RunDirectory(out).read_status()["state"] == "finished"


def time_to_begin(out: Path) -> float:
    """Seconds from fork to first checkpoint, on this machine and now."""
    began = time.monotonic()
    child = forked(lambda: live(out))
    wait_for(lambda: begun(out))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return time.monotonic() - began


def everything(run: Path) -> list[Path]:
    return [file for file in run.rglob("*") if file.parent.name != "checkpoints"]


def metrics(run: Path) -> list[dict[str, Any]]:
    """What was recorded, less what depends on the clock."""
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert lines
    return [{name: value for name, value in line.items() if name != "images_per_second"} for line in lines]


def begun(out: Path) -> bool:
    return bool(checkpoints(out / "checkpoints"))


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(("number", "ends_with"), [(signal.SIGINT, INTERRUPTED), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_signal_stops_cleanly_and_the_run_goes_on_later(
    number: signal.Signals, ends_with: int, tmp_path: Path
) -> None:
    """The checkpoint is written first; then the signal does to the program around it what it always does."""
    out = tmp_path / "cut"
    child = forked(lambda: as_in_a_program(lambda: live(out)))
    wait_for(lambda: begun(out))
    os.kill(child, number)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == ends_with
    status = RunDirectory(out).read_status()
    assert status["state"] == "stopped"
    stopped = status["step"]
    assert step_of(checkpoints(out / "checkpoints")[0]) == stopped, "nothing is lost"
    ganworks.resume(out, steps=stopped + 10)
    ganworks.train("toy", "ring", out=tmp_path / "uncut", settings={**SETTINGS, "training.steps": stopped + 10})
    same_ends(out, tmp_path / "uncut")


def test_one_training_at_a_time(tmp_path: Path) -> None:
    """Neither a second training nor a second resuming touches the run of the first."""
    out = tmp_path / "run"
    child = forked(lambda: live(out))
    try:
        wait_for(lambda: begun(out))
        assert RunDirectory(out).read_status()["state"] == "running"
        before = (out / "run.yaml").read_bytes()
        for second in (
            lambda: ganworks.train("toy", "ring", out=out, settings=SETTINGS),
            lambda: ganworks.resume(out, steps=FOR_EVER + 7),
        ):
            with pytest.raises(GanworksError, match="is being trained by another process") as caught:
                second()
            assert "\n" not in str(caught.value)
        assert (out / "run.yaml").read_bytes() == before
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert RunDirectory(out).read_status()["state"] == "killed"
    with pytest.raises(GanworksError, match="already holds a run"):
        ganworks.train("toy", "ring", out=out, settings=SETTINGS)


def test_a_run_killed_before_its_first_checkpoint_begins_again(tmp_path: Path) -> None:
    out = tmp_path / "cut"
    settings = {**SETTINGS, "training.steps": 8}
    ganworks.train("toy", "ring", out=out, settings=settings)
    ganworks.train("toy", "ring", out=tmp_path / "uncut", settings=settings)
    for checkpoint in checkpoints(out / "checkpoints"):
        checkpoint.unlink()
    (out / ".run.yaml.99.part").write_text("torn")
    (out / "checkpoints" / ".new.safetensors.99.part").write_text("torn")
    ganworks.resume(out)
    same_ends(out, tmp_path / "uncut")
    assert metrics(out) == metrics(tmp_path / "uncut")
    assert not list(out.rglob("*.part"))
