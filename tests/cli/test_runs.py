"""`ganworks runs`: what is here and how it stands."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Call

from ganworks.cli.commands.runs import age, score
from ganworks.record.run_directory import RunDirectory


def test_every_run_has_a_line(call: Call, points_run: Path, image_run: Path, tmp_path: Path) -> None:
    shutil.copytree(points_run, tmp_path / "runs/points")
    shutil.copytree(image_run, tmp_path / "runs/group/a run with a long name for which eighty columns are too few")
    killed = shutil.copytree(points_run, tmp_path / "runs/killed")
    status = json.loads((killed / "status.json").read_text())
    (killed / "status.json").write_text(json.dumps({**status, "state": "running"}))
    (tmp_path / "runs/damaged").mkdir()
    (tmp_path / "runs/damaged/run.yaml").write_text("][")
    called = call("runs")
    assert (called.code, called.err) == (0, "")
    header, *lines = called.out.splitlines()
    assert header.split() == ["name", "recipe", "data", "step", "score", "state", "age"]
    assert len(lines) == 4
    found = {line.split("  ")[0]: line for line in lines}
    assert found["points"].split()[1:4] == ["toy", "ring", "2"]
    assert "finished" in found["points"]
    assert "killed" in found["killed"]
    assert "damaged" in found["damaged"].split()[-1]
    assert any("dcgan" in line for name, line in found.items() if name.startswith("group/a run"))
    assert "…" not in called.out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"frechet": 6e-5, "kid": 1.0}, "frechet 6e-05"),
        ({"frechet": 6e-5, "mode_tv": 0.25}, "mode_tv 0.25"),
        ({"precision": 1.0}, ""),
    ],
)
def test_the_newest_score_that_ranks_a_run_is_told(
    points_run: Path, tmp_path: Path, line: dict[str, float], said: str
) -> None:
    run = shutil.copytree(points_run, tmp_path / "run")
    (run / "scores.jsonl").write_text(json.dumps({"kid": 3.0}) + "\n" + json.dumps(line) + "\n")
    assert score(RunDirectory(run)) == said


def test_an_empty_place_says_what_makes_a_run(call: Call) -> None:
    assert call("runs").out == "no runs in runs/: `ganworks train` makes one\n"


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=5), "5 s"),
        (timedelta(minutes=3), "3 min"),
        (timedelta(hours=30), "1 d"),
        (-timedelta(1), "0 s"),
    ],
)
def test_age_is_in_its_largest_unit(ago: timedelta, said: str) -> None:
    assert age(datetime.now(UTC) - ago) == said
