"""Scored as it trains: the best checkpoint is kept, and a resumed training ends as one that was never cut."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from tests.comparing import identical, same_ends, silent
from tests.small import ENGINE, flat, images, labels

import ganworks
from ganworks.data.open import open_samples
from ganworks.errors import GanworksError, UsageError
from ganworks.launch import launch
from ganworks.recipes import configure
from ganworks.record.run_directory import RunDirectory
from ganworks.scores.evaluation import history, judge
from ganworks.scores.evaluation.judge import Judge
from ganworks.scores.extractors import classifier_training
from ganworks.training import session
from ganworks.training.best import best_line
from ganworks.training.checkpoints import checkpoints, load_newest, step_of
from ganworks.training.progress import TrainingProgress
from ganworks.training.trainer import Trainer
from ganworks.tree import Tree, dotted, merge

DATA = (images(60), labels(60))
LARGER = (images(60, (1, 16, 16)), labels(60))
"""On which both of dcgan's players have batch norm."""
SETTINGS: dict[str, Any] = {
    **flat(ENGINE),
    "training.steps": 8,
    "record.evaluate_every": 2,
    "record.evaluate_samples": 24,
    "record.checkpoint_every": 3,
    "record.log_every": 2,
    "game.generator.hidden": [12],
    "game.discriminator.hidden": [12],
}


def merge_all(settings: dict[str, Any]) -> Tree:
    tree: Tree = {}
    for key, value in settings.items():
        tree = merge(tree, dotted(key, value))
    return tree


def train(out: Path, **changes: Any) -> ganworks.Run:
    return ganworks.train("gan", DATA, out=out, settings={**SETTINGS, **changes})


@pytest.fixture(autouse=True)
def little_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A classifier that is trained in no time: how much its scores mean is not the question here."""
    monkeypatch.setattr(classifier_training, "presented", lambda count: 2 * count)


@pytest.fixture
def falling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scores that are best at step 4; 24 samples are ranked by their kernel distance."""
    at = {2: 3.0, 4: 1.0, 6: 2.0, 8: 1.0}
    line = Judge.line

    def scripted(self: Judge, step: int, seed: int, values: dict[str, float], by: str) -> dict[str, Any]:
        return line(self, step, seed, {**values, "kid": at[step]}, by)

    monkeypatch.setattr(Judge, "line", scripted)


def train_dcgan(out: Path, **changes: Any) -> ganworks.Run:
    settings = {key: value for key, value in SETTINGS.items() if not key.startswith("game.")}
    widths = {f"game.{player}.width": 4 for player in ("generator", "discriminator")}
    return ganworks.train("dcgan", LARGER, out=out, settings={**settings, **widths, **changes})


def scored(run: Path) -> list[dict[str, Any]]:
    return history.read(run)


def test_scores_are_recorded_as_they_were_measured(tmp_path: Path) -> None:
    run = train_dcgan(tmp_path / "run")
    lines = scored(tmp_path / "run")
    assert [line["step"] for line in lines] == [2, 4, 6, 8]
    assert all(line["by"] == "training" and line["protocol"]["generated"] == 24 for line in lines)
    metrics = {line["step"]: line for line in RunDirectory(tmp_path / "run").read_metrics()}
    assert [metrics[line["step"]]["kid"] for line in lines] == [line["kid"] for line in lines]
    assert all("images_per_second" in line and "generator/adversarial" in line for line in metrics.values())
    judge = Judge(open_samples(run.configuration.data, source=LARGER), 24)
    again = judge.of_game(run.game, SETTINGS["training.seed"])
    assert again["kid"] == pytest.approx(lines[-1]["kid"], rel=1e-6)


@pytest.mark.usefixtures("falling")
def test_the_best_checkpoint_outlives_those_kept(tmp_path: Path) -> None:
    train(tmp_path / "run")
    assert [step_of(path) for path in checkpoints(tmp_path / "run" / "checkpoints")] == [8, 6]
    assert [step_of(path) for path in checkpoints(tmp_path / "run" / "best")] == [4]
    best = ganworks.load(tmp_path / "run", best=True)
    assert best.step == 4
    train(tmp_path / "short", **{"training.steps": 4})
    identical(best.game.state_dict(), ganworks.load(tmp_path / "short").game.state_dict())


@pytest.mark.parametrize("play", [train, train_dcgan])
def test_scoring_changes_no_bit_of_a_training(tmp_path: Path, play: Callable[..., ganworks.Run]) -> None:
    """Nor the statistics of batch norm."""
    for name, every in (("scored", 1), ("plain", None)):
        play(tmp_path / name, **{"record.evaluate_every": every})
    assert len(scored(tmp_path / "scored")) == 8
    same_ends(tmp_path / "scored", tmp_path / "plain")
    assert not (tmp_path / "plain" / "best").exists() and not (tmp_path / "plain" / "scores.jsonl").exists()


def test_a_cut_training_ends_with_the_same_bits_scores_and_best(tmp_path: Path) -> None:
    train(tmp_path / "uncut")
    for steps in (3, 4, 5):
        cut = tmp_path / f"cut{steps}"
        train(cut, **{"training.steps": steps})
        ganworks.resume(cut, steps=8, data=DATA)
        same_ends(tmp_path / "uncut", cut)
        assert scored(cut) == scored(tmp_path / "uncut")
        kept, expected = (load_newest(run / "best", silent) for run in (cut, tmp_path / "uncut"))
        assert kept[0] == expected[0]
        identical(kept[1], expected[1])


@pytest.mark.usefixtures("falling")
def test_a_kill_between_a_score_and_its_checkpoint_loses_nothing(tmp_path: Path) -> None:
    train(tmp_path / "uncut")
    train(tmp_path / "cut", **{"training.steps": 4})
    cut = RunDirectory(tmp_path / "cut")
    # Killed after the checkpoint of step 4, before its place among the best.
    shutil.rmtree(cut.path / "best")
    shutil.copytree(cut.path, tmp_path / "later")
    ganworks.resume(tmp_path / "later", steps=8, data=DATA)
    assert [step_of(path) for path in checkpoints(tmp_path / "later" / "best")] == [4]
    # Killed after the score of step 4, before any of its checkpoints.
    for path in checkpoints(cut.checkpoints):
        if step_of(path) == 4:
            path.unlink()
    ganworks.resume(cut.path, steps=8, data=DATA)
    assert scored(cut.path) == scored(tmp_path / "uncut")
    assert [step_of(path) for path in checkpoints(cut.path / "best")] == [4]
    same_ends(tmp_path / "uncut", cut.path)


def test_scoring_is_no_training_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    step, of_game = Trainer.step, Judge.of_game

    def second(trainer: Trainer) -> None:
        now[0] += 1
        step(trainer)

    def hour(judge: Judge, *given: Any) -> dict[str, float]:
        now[0] += 3600
        return of_game(judge, *given)

    monkeypatch.setattr(Trainer, "step", second)
    monkeypatch.setattr(Judge, "of_game", hour)
    monkeypatch.setattr(session, "time", SimpleNamespace(monotonic=lambda: now[0]))
    configuration = configure("gan", merge_all({**SETTINGS, "data.source": "python:tuple"}))
    outcome = launch(configuration, RunDirectory(tmp_path / "run"), source=DATA)
    assert len(scored(tmp_path / "run")) == 4 and now == [4 * 3600 + 8]
    speeds = {line["images_per_second"] for line in RunDirectory(tmp_path / "run").read_metrics()}
    assert speeds == {8}, "a batch a second"
    assert outcome.images_per_second == 8


def test_progress_shows_the_newest_score() -> None:
    shown = io.StringIO()
    progress = TrainingProgress(Console(file=shown, width=200), 0, 3)
    for step, scores in ((1, {"frechet": 86.417}), (3, {})):
        progress.watch(step, {"images_per_second": 5.0, "generator/adversarial": 0.5, **scores})
    assert shown.getvalue().startswith("step 3/3  G 0.500  frechet 86.42  5 img/s")


def test_scores_of_other_protocols_do_not_compete(tmp_path: Path) -> None:
    protocols = [{"generated": 10}, {"generated": 20}, {"generated": 20}]
    for step, (value, protocol) in enumerate(zip((1.0, 3.0, 2.0), protocols, strict=True)):
        history.append(tmp_path, {"step": step, "by": "training", "frechet": value, "protocol": protocol})
    history.append(tmp_path, {"step": 9, "frechet": 0.1, "protocol": protocols[1]})
    best = best_line(RunDirectory(tmp_path))
    assert best is not None and best["step"] == 2
    for step, value in ((10, 0.3), (11, 0.2), (12, 0.25)):
        history.append(tmp_path, {"step": step, "by": "training", "kid": value, "protocol": protocols[1]})
    best = best_line(RunDirectory(tmp_path))
    assert best is not None and best["step"] == 11


def test_what_cannot_be_scored_is_refused_before_it_is_trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*given: object, **wishes: object) -> None:
        raise GanworksError("no weights")

    monkeypatch.setattr(judge, "find_extractor", none)
    with pytest.raises(GanworksError, match="no weights"):
        ganworks.train("toy", "ring", out=tmp_path / "points", evaluate_every=2, steps=2)
    assert not (tmp_path / "points").exists()
    with pytest.raises(UsageError, match="keeps no best checkpoint: train it with --evaluate-every"):
        train(tmp_path / "run", **{"record.evaluate_every": None})
        ganworks.load(tmp_path / "run", best=True)
