from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from benchmarks.long_training import LongTraining, live

from benchmarks import report
from ganworks.games.game import Game
from ganworks.games.generation import generate
from ganworks.record.run_directory import RunDirectory
from ganworks.training.window import DivergenceError

DENSE = {"name": "mlp", "hidden": (4,)}
METHOD = {"game": {"generator": DENSE, "discriminator": DENSE}, "training": {"batch_size": 4}}
POINTS = np.random.default_rng(0).normal(size=(16, 2)).astype(np.float32)


@pytest.fixture(autouse=True)
def own_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "CELLS", tmp_path)


def training(name: str = "cell", rate: float = 0.1) -> LongTraining:
    adam = {"name": "adam", "lr": rate}
    tuned = {**METHOD["training"], "optimisers": {"generator": adam, "discriminator": adam}}
    return LongTraining("some", name, "gan", {**METHOD, "training": tuned}, POINTS)


def mean(game: Game) -> dict[str, Any]:
    return {"mean": float(generate(game, 8, seed=0).mean())}


def test_a_training_that_was_cut_ends_as_one_that_was_not() -> None:
    whole = training("whole").checked(7, 3, mean)
    cut = training("cut")

    def interrupted(game: Game) -> dict[str, Any]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut.checked(3, 3, interrupted)
    cut.advanced(5)  # in the middle of a stretch, after a check that was never taken
    assert cut.played == 5
    assert cut.checked(7, 3, mean)["checks"] == whole["checks"][1:]
    assert [line["step"] for line in whole["checks"]] == [3, 6, 7]


def test_more_steps_go_on_and_fewer_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    long = training("long").checked(4, 1, mean)
    grown = training("grown")
    short = grown.checked(2, 1, mean)
    assert grown.checked(4, 1, mean)["checks"] == long["checks"]
    monkeypatch.setattr(LongTraining, "advanced", lambda self, end: pytest.fail("trained again"))
    assert grown.checked(2, 1, mean)["checks"] == short["checks"] == long["checks"][:2]


def test_minutes_are_those_of_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 100 steps that take a second each and 20 that take nine, in batches of 4."""
    training().advanced(1)
    logged = [{"step": 60, "images_per_second": 4.0}, {"step": 100, "images_per_second": 4.0}]
    monkeypatch.setattr(RunDirectory, "read_metrics", lambda self: [*logged, {"step": 120, "images_per_second": 4 / 9}])
    assert training().minutes() == pytest.approx((100 + 180) / 60)


def test_averaged_and_live_weights_are_told_apart() -> None:
    run = training().advanced(3)
    averaged = generate(run.game, 8, seed=0)
    assert not torch.equal(averaged, generate(live(run), 8, seed=0))
    line = training().checked(3, 3, mean)["checks"][-1]
    assert line["averaged"]["mean"] == float(averaged.mean()) != line["live"]["mean"]


def test_a_method_that_was_changed_has_a_cell_of_its_own() -> None:
    assert training(rate=0.1).directory.path == training(rate=0.1).directory.path != training(rate=0.2).directory.path


def test_what_diverged_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = training()
    cell.checked(2, 1, mean)

    def explode(self: LongTraining, end: int) -> None:
        raise DivergenceError(3, "it became nan")

    monkeypatch.setattr(LongTraining, "advanced", explode)
    found = cell.checked(4, 1, mean)
    assert found["diverged"] == 3 and [line["step"] for line in found["checks"]] == [1, 2]
    monkeypatch.undo()
    monkeypatch.setattr(LongTraining, "advanced", lambda self, end: pytest.fail("trained again"))
