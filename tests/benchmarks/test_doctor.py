"""The benchmark of the doctor on short trainings, and its arithmetic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from benchmarks.doctor_scenarios import FAILING, HEALTHY, MIXTURES, Scenario
from tests.doctor.lines import bent, healthy

from benchmarks import doctor, report
from ganworks.doctor.diagnosing import diagnoses


def test_what_is_induced_has_a_name_that_the_doctor_knows() -> None:
    assert len(FAILING) >= 10
    assert all(scenario.names and set(scenario.names) <= diagnoses().keys() for scenario in FAILING.values())
    assert not any(scenario.names for scenario in HEALTHY.values())
    assert min(scenario.seeds for scenario in FAILING.values()) >= 5
    assert len({scenario.recipe for scenario in HEALTHY.values()}) >= 4
    held_out = [doctor.half(name, seed) == "held out" for name in HEALTHY for seed in range(HEALTHY[name].seeds)]
    assert sum(held_out) >= 60, "healthy trainings of the held-out half"


def test_halves_part_trainings_by_scenario_and_by_seed() -> None:
    unseen = {name for name, scenario in doctor.SCENARIOS.items() if scenario.held_out}
    assert len(unseen & FAILING.keys()) >= 5 and unseen & HEALTHY.keys()
    assert {doctor.half("folded-generator", seed) for seed in range(5)} == {"held out"}
    assert [doctor.half("vanilla-ring", seed) for seed in (0, 1)] == ["development", "held out"]


@pytest.mark.parametrize("name", ["nan", "deaf-generator", "rpgan-ring", "folded-generator"])
def test_a_short_training(name: str) -> None:
    result = doctor.train(doctor.SCENARIOS[name], seed=0, scale=0.2 if name == "nan" else 0.04)
    assert result["lines"]
    if name == "nan":
        assert result["oracle"] == {"died": 1.0}
        _, said = doctor.first_alarm(result["lines"]) or (0, "")
        assert said == "divergence"


def test_the_oracle_of_points() -> None:
    for source, mixture in MIXTURES.items():
        assert doctor.quality(torch.from_numpy(mixture.sample(2500, seed=3)[0]), source) > 0.95
        one = torch.from_numpy(np.tile(mixture.modes[:1], (2500, 1))).float()
        assert doctor.quality(one, source) == pytest.approx(1 / len(mixture.modes))
    assert doctor.quality(torch.full((10, 2), float("nan")), "ring") == 0


def test_what_counts_as_failed_is_not_rescued() -> None:
    for part in range(101):
        result = {"oracle": {"quality": part / 100}}
        assert not (doctor.verdict("vanilla-ring", result, {}) == "failed" and doctor.is_rescued("nan", result, {}))
    assert doctor.is_rescued("nan", {"oracle": {"quality": 0.7}}, {})


def test_only_what_failed_and_can_be_saved_is_treated() -> None:
    ends = {("vanilla-ring", 1): 0.1, ("vanilla-ring", 3): 0.9, ("dead-generator", 1): 0.1, ("rpgan-ring", 1): 0.1}
    results = {place: {"oracle": {"quality": quality}} for place, quality in ends.items()}
    assert doctor.rescuable(results, {}) == [("vanilla-ring", 1)]


def test_images_without_healthy_trainings_to_compare_with_count_as_neither() -> None:
    assert doctor.verdict("few-images", {"oracle": {"frechet": 9.0}}, {}) is None


def test_the_first_alarm_is_that_of_the_shortest_beginning() -> None:
    assert doctor.first_alarm(healthy()) is None
    step, name = doctor.first_alarm(bent(20, dead=0.99)) or (0, "")
    assert name == "dead-units"
    assert 1050 < step < 1600


def test_shares_come_with_their_interval() -> None:
    assert doctor.interval(0, 60) == "0 % of 60 (0–6)"
    assert doctor.interval(9, 10) == "90 % of 10 (60–98)"
    assert doctor.interval(0, 0) == "-"


def test_each_remedy_is_tried_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "CELLS", tmp_path)
    good, bad = {"oracle": {"quality": 0.9}}, {"oracle": {"quality": 0.1}}

    def train(scenario: Scenario, seed: int, remedy: bool = False) -> dict[str, Any]:
        end = good if "training" in scenario.settings or "game" in scenario.settings else bad
        return {"steps": 2500, "lines": bent(20, diversity=0.01, duplicates=0.9), "remedies": [], **end}

    monkeypatch.setattr(doctor, "train", train)
    whys = [remedy.why for remedy in doctor.offered("vanilla-ring", 0)]
    assert len(whys) > 1 and whys[0].startswith("pairing with R1 and R2")
    place = ("vanilla-ring", 0)
    found = {place: doctor.tried(*place)}
    assert [(why, result["oracle"]) for why, result in found[place]] == [(why, good["oracle"]) for why in whys]
    doctor.report_each("development", found, {})
    table = capsys.readouterr().out
    assert all(f"| vanilla-ring | {why} | 1 | 1 |" in table for why in whys)


def test_rescues_tell_where_each_training_went_back_to(capsys: pytest.CaptureFixture[str]) -> None:
    def treated(*steps: int) -> dict[str, Any]:
        return {"oracle": {"quality": 0.9}, "remedies": [{"why": f"why {step}", "back_to": step} for step in steps]}

    found = {("vanilla-ring", 1): treated(1250, 0), ("vanilla-ring", 3): treated(250), ("vanilla-nine", 1): treated()}
    doctor.report_rescues("held out", found, {})
    table = capsys.readouterr().out
    assert "| vanilla-ring | 2 | 2 | 0, 250, 1,250 | why 0; why 1250; why 250 |" in table
    assert "| vanilla-nine | 1 | 1 | - | - |" in table and "Rescued 100 % of 3" in table
