"""`ganworks resume`: on to more steps, and plainly nothing where there is nothing to do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Call


@pytest.fixture
def run(points_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(points_run, tmp_path / "run"))


def test_more_steps_continue_the_run(call: Call, run: Path) -> None:
    called = call("resume", "run", "--steps", "5")
    assert called.code == 0, called.err
    assert re.search(r"^steps +5$", called.out, re.M)
    assert "steps: 5" in (run / "run.yaml").read_text()


def test_a_finished_run_says_so(call: Call, run: Path) -> None:
    called = call("resume", "run")
    assert (called.code, called.err) == (0, "")
    assert called.out == "run has finished its 2 steps: --steps N trains it further\n"


def test_steps_lie_ahead(call: Call, run: Path) -> None:
    called = call("resume", "run", "--steps", "2")
    assert called.code == 2
    assert "run is at step 2 already" in called.err


def test_a_run_of_a_device_that_is_not_here_goes_on_with_another(call: Call, run: Path) -> None:
    stored = (run / "run.yaml").read_text()
    (run / "run.yaml").write_text(stored.replace("device: cpu", "device: cuda:7"))
    refused = call("resume", "run", "--steps", "5")
    assert (refused.code, refused.out) == (2, "") and "--device" in refused.err
    assert call("resume", "run", "--steps", "5", "--device", "cpu").code == 0
    assert (run / "run.yaml").read_text().count("device: cpu") == 1


def test_a_damaged_checkpoint_is_named(call: Call, run: Path) -> None:
    (checkpoint,) = (run / "checkpoints").iterdir()
    checkpoint.write_bytes(checkpoint.read_bytes()[:-9])
    called = call("resume", "run", "--steps", "5")
    assert called.code == 1
    assert checkpoint.name in called.err
    assert "every checkpoint is damaged" in called.err
