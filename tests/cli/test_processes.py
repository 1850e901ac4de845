"""The installed program as a shell sees it: signals, pipes, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.conftest import TINY, Call

GANWORKS = [sys.executable, "-m", "ganworks"]
PATIENCE_S = 60


def start(*words: str, folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*GANWORKS, *words], cwd=folder, env=environment, **streams)  # type: ignore[call-overload]


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, f"no {path.name} after {PATIENCE_S} s"
        time.sleep(0.05)


@pytest.mark.parametrize(("number", "code", "name"), [(signal.SIGINT, 130, "Ctrl-C"), (signal.SIGTERM, 143, "SIGTERM")])
def test_a_signal_stops_cleanly_and_the_run_goes_on(
    call: Call, tmp_path: Path, number: signal.Signals, code: int, name: str
) -> None:
    words = ["train", "toy", "--steps", "1000000", "--out", "run", "--record.log_every", "5", *TINY]
    process = start(*words, folder=tmp_path)
    wait_for(tmp_path / "run/metrics.jsonl", process)
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == code
    assert "Traceback" not in err
    assert f"stopped by {name}: ganworks resume run goes on from here" in out
    status = json.loads((tmp_path / "run/status.json").read_text())
    assert status["state"] == "stopped"
    further = status["step"] + 3
    resumed = call("resume", "run", "--steps", further)
    assert resumed.code == 0, resumed.err
    assert json.loads((tmp_path / "run/status.json").read_text())["step"] == further


def test_ctrl_c_before_the_first_step_is_quiet(tmp_path: Path) -> None:
    process = start("train", "toy", "--steps", "100000000", "--out", "run", folder=tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "toy on ring, 100000000 steps, into run\n"
    # Modules written in C may swallow an interrupt while they are imported: a person presses again.
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        time.sleep(1)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode in (130, -signal.SIGINT)  # a shell sees 130 for both
    assert "Traceback" not in err


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    process = start("recipes", "dcgan", folder=tmp_path)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.wait(PATIENCE_S)
    assert err == ""


def test_a_user_s_mistake_in_a_real_shell(tmp_path: Path) -> None:
    process = start("train", "toy", "--training.optimisers.generator.lr", "fast", folder=tmp_path)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2
    assert err.count("\n") == 1
    assert "training.optimisers.generator.lr" in err
    assert not list(tmp_path.iterdir())


def test_torchrun_plays_one_game_and_says_everything_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "ganworks"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    words = ["train", "toy", "--steps", "20", "--device", "cpu", *TINY]
    done = subprocess.run(
        [*command, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("toy on ring") == 1 and done.stdout.count("samples: ganworks") == 1
    assert [run.name for run in (tmp_path / "runs").iterdir()] == ["toy-ring-1"]
    assert json.loads((tmp_path / "runs/toy-ring-1/status.json").read_text())["state"] == "finished"
