from pathlib import Path
from re import fullmatch

import pytest
import torch

from benchmarks import mixtures, report
from ganworks.data.spec import Spec
from ganworks.data.toys import TOYS
from ganworks.tree import merge


@pytest.fixture(autouse=True)
def own_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "CELLS", tmp_path)


def last(**other: float) -> dict[str, float]:
    good = {"modes": 25, "covered": 25, "good": 0.97, "reverse_kl": 0.01, "smallest": 0.8, "largest": 1.2}
    return {**good, "mode_tv": 0.05, **other}


def found(*checks: dict[str, float], diverged: bool = False) -> dict[str, object]:
    return {"checks": list(checks), "averaged": None if diverged else last(smallest=0.4), "diverged": diverged}


@pytest.mark.parametrize("method", mixtures.METHODS)
def test_every_method_trains_on_a_turned_ring_and_is_checked(method: str) -> None:
    cell = mixtures.train(method, "ring-rotated", seed=0, steps=2)
    assert [check["step"] for check in cell["checks"]] == [1, 2] and not cell["diverged"]
    assert 0 <= cell["averaged"]["modes"] <= 8 and 0 <= cell["checks"][-1]["mode_tv"] <= 1


def test_cells_are_kept_and_fill_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = ("vanilla", "grid", 0)
    first = mixtures.cells([place], steps=1, jobs=1)
    (kept,) = (tmp_path / "mixtures").iterdir()
    assert fullmatch(r"grid-vanilla-1-0-[0-9a-f]{8}\.json", kept.name)
    monkeypatch.setattr(mixtures, "train", lambda *place: {"checks": [], "diverged": True})
    assert mixtures.cells([place], steps=1, jobs=1) == first
    recipe, overrides = mixtures.METHODS["vanilla"]
    changed = merge(overrides, {"training": {"batch_size": 2}})
    monkeypatch.setitem(mixtures.METHODS, "vanilla", (recipe, changed))
    assert mixtures.cells([place], steps=1, jobs=1)[place]["diverged"], "another method is trained anew"
    row = mixtures.row("grid", "vanilla", [first[place]])
    assert row[:2] == ["grid", "vanilla"] and row[-3:] == ["0/1"] * 3 and len(row) == len(mixtures.COLUMNS) + 5


def test_a_row_tells_the_mean_from_the_worst_and_the_last_check_from_five() -> None:
    steady, late = found(*[last()] * 5), found(*[last()] * 3, last(modes=24), last(good=0.93))
    row = mixtures.row("grid", "toy", [steady, late])
    assert row[4] == "95 (93)" and row[-3:] == ["2/2", "1/2", "0/2"]
    assert mixtures.row("grid", "toy", [steady, found(diverged=True)])[-3:] == ["1/2", "1/2", "0/2"]
    assert mixtures.row("grid", "toy", [found(diverged=True)])[2] == "1 diverged"


@pytest.mark.parametrize(
    "miss", [{"modes": 24}, {"good": 0.92}, {"reverse_kl": 0.03}, {"smallest": 0.4}, {"largest": 2}]
)
def test_each_mark_can_be_missed(miss: dict[str, float]) -> None:
    assert mixtures.GRID.met(last()) and not mixtures.GRID.met(last(**miss))


def test_samples_of_the_mixture_itself_meet_every_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    for toy, marks in mixtures.MARKS.items():

        class Perfect(torch.nn.Module):
            spec = Spec((2,))

            def draw_latents(self, count: int, random: torch.Generator) -> torch.Tensor:
                return torch.from_numpy(TOYS[toy]().sample(count)[0])  # noqa: B023

            def draw_labels(self, count: int, random: torch.Generator) -> None:
                return None

            def generate(self, latents: torch.Tensor, labels: None) -> torch.Tensor:
                return latents

        assert marks.met(mixtures.check(Perfect(), toy))  # type: ignore[arg-type]


def test_a_shorter_run_decays_as_early() -> None:
    full, short = (mixtures.configured("toy", "ring", 3, steps).training for steps in (25_000, 2_500))
    assert (full.schedule.decay_to, short.schedule.decay_to) == (25_000, 2_500)
    assert (short.steps, short.seed) == (2_500, 3)
