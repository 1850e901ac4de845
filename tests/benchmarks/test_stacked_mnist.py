"""The benchmark in a tiny version, on grey levels instead of digits."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.benchmarks.grey_levels import grey_levels

from benchmarks import report, stacked_mnist
from ganworks.data.spec import Spec
from ganworks.games.game import Game
from ganworks.launch import fresh_game
from ganworks.recipes import configure
from ganworks.scores.extractors import classifier_training


@pytest.fixture(autouse=True)
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    levels = grey_levels(400)
    monkeypatch.setattr(report, "CELLS", tmp_path)
    monkeypatch.setattr(classifier_training, "presented", lambda count: 20 * count)
    monkeypatch.setattr(stacked_mnist, "digits", lambda split: levels)
    monkeypatch.setattr(stacked_mnist, "STACKS", 100)
    monkeypatch.setattr(stacked_mnist, "JUDGED", 64)
    stacked_mnist.classifier.cache_clear()
    yield
    stacked_mnist.classifier.cache_clear()


@pytest.mark.parametrize("name", stacked_mnist.methods(4))
def test_every_method_is_trained_checked_and_fills_a_row(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Game] = []

    def check(game: Game) -> dict[str, Any]:
        found.append(game)
        return {"modes": 3, "kl": 6.0}

    monkeypatch.setattr(stacked_mnist, "check", check)
    result = stacked_mnist.cell(name, seed=0, steps=2, threads=1, width=4)
    assert len(found) == 2 and found[0].spec.shape == (3, 8, 8)
    row = stacked_mnist.row(name, 0, result)
    assert row[:7] == [name, 0, "2", 3, 6.0, 3, 6.0] and row[7] == "missed / missed"
    assert stacked_mnist.told(result["checks"][0]) == "3 / 6.00"


def test_real_stacks_are_at_the_floor_and_a_generator_of_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacked_mnist, "JUDGED", 10_000)
    real = stacked_mnist.real("test")
    assert real == stacked_mnist.real("test") and stacked_mnist.is_met(real)
    assert real["modes"] >= 998 and real["kl"] == pytest.approx(999 / 20_000, abs=0.01)  # of 10,000 drawn evenly
    monkeypatch.setattr(stacked_mnist, "JUDGED", 64)
    recipe, method = stacked_mnist.methods(4)["vanilla"]
    game = fresh_game(configure(recipe, method), Spec((3, 8, 8), ())).eval()
    for weights in game.generator.parameters():
        torch.nn.init.zeros_(weights)
    found = stacked_mnist.check(game)
    assert found["modes"] == 1 and found["kl"] == pytest.approx(6.9078, abs=1e-4)


@pytest.mark.parametrize(("modes", "kl", "met"), [(995, 0.15, True), (994, 0.15, False), (995, 0.151, False)])
def test_each_mark_can_be_missed(modes: int, kl: float, met: bool) -> None:
    assert stacked_mnist.is_met({"modes": modes, "kl": kl}) is met


def test_a_row_tells_of_divergence() -> None:
    row = stacked_mnist.row("vanilla", 1, {"checks": [], "diverged": 3000, "ms": 5.0, "doctor": "divergence"})
    assert row[2] == "diverged before 3,000" and len(row) == 10
