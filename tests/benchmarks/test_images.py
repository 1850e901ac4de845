"""The benchmark in a tiny version, on grey levels instead of digits."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.long_training import LongTraining
from tests.benchmarks.grey_levels import grey_levels

from benchmarks import images, report
from ganworks.scores.evaluation.judge import Judge
from ganworks.scores.extractors import classifier_training


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier_training, "presented", lambda count: 20 * count)
    judge = Judge(grey_levels(400), 400)
    monkeypatch.setattr(report, "CELLS", tmp_path)
    monkeypatch.setattr(images, "judge", lambda: judge)
    monkeypatch.setattr(images, "JUDGED", 200)
    monkeypatch.setattr(images, "digits", lambda split: grey_levels(400 if split == "train" else 200))


def test_every_method_is_trained_checked_and_fills_a_row(tiny: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = grey_levels(200).values

    def small(*given: Any) -> LongTraining:
        benchmark, name, recipe, method, source, seed, threads = given
        assert source == "mnist" and method["data"] == {"resolution": 32}
        return LongTraining(benchmark, name, recipe, {**method, "data": {}}, pictures, seed, threads)

    monkeypatch.setattr(images, "LongTraining", small)
    for name in images.methods(4):
        result = images.cell(name, seed=0, steps=1, threads=1, width=4)
        row = images.row(name, 0, result)
        assert row[:3] == [name, 0, "1"] and len(row) == 13 and row[4] in ("met", "missed")
        assert 0 <= result["checks"][0]["averaged"]["total_variation"] <= 1
        assert images.pair("frechet", result["checks"][0]).count(" / ") == 1


def test_real_images_are_at_the_floor(tiny: None) -> None:
    floor = images.real()
    assert floor["total_variation"] < 0.02 and floor["rarest"] > 0.09
    assert len(images.of_real(floor)) == 4


def line(step: int, averaged: float, live: float) -> dict[str, Any]:
    values = {"rarest": 0.05, "frechet": 3.0}
    return {
        "step": step,
        "averaged": {"total_variation": averaged, **values},
        "live": {"total_variation": live, **values},
    }


def test_the_mark_holds_from_the_warm_up_on_and_the_worst_is_told() -> None:
    checks = [line(2_500, 0.4, 0.4), line(5_000, 0.10, 0.12), line(7_500, 0.05, 0.05)]
    result = {"checks": checks, "diverged": None, "ms": 20.0, "doctor": "healthy"}
    assert images.is_met(result, "averaged") and not images.is_met(result, "live")
    row = images.row("default", 0, result)
    assert row[3] == "0.050 (0.100)" and row[4] == "met" and row[7] == "0.050 (0.120)" and row[8] == "missed"
    assert not images.is_met({**result, "diverged": 10_000}, "averaged")


def test_before_the_warm_up_the_last_check_counts() -> None:
    result = {"checks": [line(1_000, 0.4, 0.4), line(2_000, 0.05, 0.2)], "diverged": None}
    assert images.is_met(result, "averaged") and not images.is_met(result, "live")


def test_methods_differ_where_they_should() -> None:
    found = images.methods(16)
    assert np.unique([recipe for recipe, _ in found.values()]).tolist() == ["dcgan", "gan", "r3gan"]
    assert found["vanilla"][1]["game"]["discriminator"] != found["default"][1]["game"]["discriminator"]
