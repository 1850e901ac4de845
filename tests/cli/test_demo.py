"""`ganworks demo`, small: scored before and after, with everything kept in the run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.cli.conftest import Call

from ganworks.cli.commands import demo


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, photos: Path) -> None:
    tiny = {"batch_size": 4, "threads": 1, "device": "cpu", "precision": "fp32", "steps": 6}
    networks = {"generator": {"width": 4}, "discriminator": {"width": 4}}
    parts = {"data": {"source": str(photos), "resolution": 8}, "game": networks, "training": tiny}
    monkeypatch.setattr(demo, "SETTINGS", {**parts, "record": {"sample_every": 2}})
    monkeypatch.setattr(demo, "SAMPLES", 40)


@pytest.mark.usefixtures("small")
def test_it_trains_and_scores_before_and_after(call: Call) -> None:
    called = call("demo", "--out", "run")
    assert called.code == 0, called.err
    columns = r"^{} +{n} +{n} +{n}$"
    for name in ("kernel distance to the real images", "share of the rarest class", "mean top confidence"):
        assert re.search(columns.format(name, n=r"-?[\d.]+%?"), called.out, re.M), called.out
    for name in ("steps +6", r"speed +\d+ img/s", r"time in all +\d+ s", "run +run", r"grid +run/samples/00000006.png"):
        assert re.search(rf"^{name}$", called.out, re.M), called.out
    assert [path.name for path in sorted(Path("run/samples").iterdir())] == [f"{n:08d}.png" for n in (0, 2, 4, 6)]
    first, last = map(json.loads, Path("run/scores.jsonl").read_text().splitlines())
    assert (first["step"], last["step"]) == (0, 6)
    assert first["protocol"]["generated"] == 40 and first["protocol"]["data"] == "photos"
    assert first["kid"] != last["kid"] and 0 <= first["rarest"] <= 0.5 <= first["confidence"] <= 1
    assert f" kid {last['kid']:.4g} " in call("runs", ".").out


@pytest.mark.usefixtures("small")
def test_it_ends_in_time_whatever_the_machine(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "SECONDS", 0.0)
    called = call("demo", "--training.steps", "1000000")
    assert called.code == 0, called.err
    steps = re.search(r"^steps +(\d+)$", called.out, re.M)
    assert steps and 0 < int(steps[1]) < 10_000
