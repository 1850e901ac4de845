"""With and without each stabiliser, in a tiny version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import report, stabilisers
from ganworks.scores.extractors import classifier_training
from ganworks.tree import merge

WIDTH = {"game": {"generator": {"width": 4}, "discriminator": {"width": 4}}, "training": {"batch_size": 8}}


@pytest.fixture(autouse=True)
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """MNIST and emoji are 300 bright rows of noise each, at the height of their label."""
    labels = np.arange(300) % 10
    plans = dict(stabilisers.SETS)
    for name, channels in (("mnist", 1), ("emoji", 3)):
        images = np.random.default_rng(0).integers(0, 60, (300, 16, 16, channels), dtype=np.uint8)
        images[np.arange(300), labels] += 190
        np.savez(tmp_path / f"{name}.npz", images=images, labels=labels)
        games = {game: merge(tree, WIDTH) for game, tree in plans[name].games.items()}
        plans[name] = replace(plans[name], data={"source": str(tmp_path / f"{name}.npz")}, games=games)
    monkeypatch.setattr(stabilisers, "SETS", plans)
    monkeypatch.setattr(stabilisers, "SCORED", 140)
    monkeypatch.setattr(classifier_training, "presented", lambda count: count)
    monkeypatch.setattr(report, "CELLS", tmp_path / "cells")
    forget()
    yield
    forget()


def forget() -> None:
    for cached in (stabilisers.samples_of, stabilisers.judge_of, stabilisers.game_for):
        cached.cache_clear()


def test_every_method_is_measured_or_refused_on_every_set(capsys: pytest.CaptureFixture[str]) -> None:
    sets, methods = list(stabilisers.SETS), stabilisers.METHODS
    budget = dict.fromkeys(sets, 1)
    found = stabilisers.measure(sets, methods, 1, budget, jobs=1)
    assert all(cell["scores"] and cell["ms"] > 0 for cell in found.values())
    measured = {(name, method) for name, _, method, _ in found if method}
    refused = {(name, method) for name in sets for method in methods} - measured
    of_pictures = (
        "augmentation",
        "adaptive augmentation",
        "instance norm in G",
        "nearest neighbours up",
        "averages down",
    )
    assert refused == {
        *(("grid", method) for method in of_pictures),
        *((name, "deeper D") for name in ("mnist", "emoji")),
    }
    assert {(game, method) for name, game, method, _ in found if name == "mnist" and game != "batch norm"} == {
        ("none in D", method) for method in ("", *stabilisers.PENALTIES)
    }
    capsys.readouterr()
    for name in sets:
        stabilisers.table(name, methods, 1, budget, found)
    stabilisers.overview(sets, methods, 1, found)
    shown = capsys.readouterr().out
    assert all(shown.count(f"\n| {method} |") == len(sets) + 1 for method in methods)
    assert "| augmentation | refused |" in shown and "augmentation: its changes are those of pictures" in shown


def test_cells_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    first = stabilisers.measure(["grid"], ["packing"], 2, {"grid": 1}, jobs=1)
    monkeypatch.setattr(stabilisers, "assemble", None)
    assert stabilisers.measure(["grid"], ["packing"], 2, {"grid": 1}, jobs=1) == first
    assert len(first) == 4


def cell(frechet: float | None, ms: float = 10.0) -> dict[str, Any]:
    return {"scores": None if frechet is None else {"frechet": frechet}, "ms": ms}


def test_a_row_is_paired_by_seed_and_leaves_out_what_diverged() -> None:
    plain = {("emoji", "batch norm", "", seed): cell(value) for seed, value in enumerate((50.0, 70.0, 30.0))}
    ours = [cell(45.0, 20.0), cell(61.0, 15.0), cell(None, 30.0)]
    found = plain | {("emoji", "batch norm", "packing", seed): one for seed, one in enumerate(ours)}
    row = stabilisers.row("emoji", "batch norm", "packing", found, 3)
    assert row == ["packing (1 of 3 diverged)", "batch norm", "53", "-7 ± 2", "× 1.50"]
    assert stabilisers.row("emoji", "batch norm", "", found, 3) == ["plain", "batch norm", "50", "", "10.0 ms"]
    gone = found | {("emoji", "batch norm", "packing", seed): cell(None) for seed in range(3)}
    assert stabilisers.row("emoji", "batch norm", "packing", gone, 3)[2:4] == ["-", "-"]


def test_only_changes_of_two_standard_errors_are_told() -> None:
    def told(*values: float | None) -> str:
        found = {("emoji", "batch norm", "", seed): cell(50.0) for seed in range(3)}
        found |= {("emoji", "batch norm", "packing", seed): cell(value) for seed, value in enumerate(values)}
        return stabilisers.telling("emoji", "batch norm", "packing", "frechet", found, 3)

    assert told(45.0, 43.0, 44.0) == "-6"
    assert told(45.0, 56.0, 44.0) == "·"
    assert told(45.0, None, 45.0) == "-5"
    assert told(45.0, float("inf"), 45.0) == "none good"
    assert told(None, None, None) == "diverged"
    assert stabilisers.telling("emoji", None, "packing", "frechet", {}, 3) == "refused"


def test_a_training_that_ends_without_numbers_has_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    option = {"game": {"penalties": {"r1": {"gamma": 1e38}}}}
    plan = stabilisers.SETS["grid"]
    games = {game: merge(tree, option) for game, tree in plan.games.items()}
    monkeypatch.setitem(stabilisers.SETS, "grid", replace(plan, games=games))
    assert stabilisers.train(("grid", "no batch norm", "", 0), 20)["scores"] is None
