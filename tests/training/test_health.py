"""What a training does when the doctor finds that it fails: say so, stop, or go back and change something."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from rich.console import Console

import ganworks
from ganworks.doctor.diagnosis import Diagnosed
from ganworks.errors import GanworksError, UsageError
from ganworks.recipes import configure
from ganworks.record.run_directory import RunDirectory
from ganworks.training.checkpoints import checkpoints, step_of
from ganworks.training.health import FOLDER, KEPT, keep_healthy, treat
from ganworks.training.progress import TrainingProgress
from ganworks.training.window import Window

SMALL = {
    "game.generator.hidden": [8],
    "game.discriminator.hidden": [8],
    "training.batch_size": 8,
    "training.threads": 1,
    "training.steps": 20,
    "record.signals_every": 2,
    "record.checkpoint_every": 4,
    "record.log_every": 2,
    "record.samples": 4,
}
Lines = Sequence[Mapping[str, Any]]


def collapse_from(step: int, since: int, times: int = 1, name: str = "collapse") -> Any:
    """A doctor who finds a collapse (or something else) from `step` on, until it was treated so many times."""
    state = {"treated": 0, "last": 0}

    def diagnose(lines: Lines) -> list[Diagnosed]:
        now = int(lines[-1]["step"])
        if now < state["last"]:
            state["treated"] += 1
        state["last"] = now
        if now < step or state["treated"] >= times:
            return []
        return [Diagnosed(name, "failing", since, {"diversity": 0.01}, "One sample.")]

    return diagnose


def train(out: Path, policy: str, **more: Any) -> RunDirectory:
    ganworks.train("toy", out=out, settings={**SMALL, "training.on_failure": policy, **more})
    return RunDirectory(out)


def treatments(run: RunDirectory) -> list[dict[str, Any]]:
    path = run.path / "remedies.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture
def collapsing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganworks.training.session.diagnose", collapse_from(step=12, since=9))


@pytest.mark.usefixtures("collapsing")
def test_warn_trains_on(tmp_path: Path) -> None:
    """And warns those who see no progress."""
    with pytest.warns(RuntimeWarning, match="step 12: collapse since step 9. One sample. `ganworks doctor RUN`"):
        run = train(tmp_path / "run", "warn")
    assert run.read_status()["state"] == "finished"
    assert run.read_status()["step"] == 20
    assert not (run.path / "healthy").exists()


def test_what_the_schedule_leaves_of_every_rate_is_recorded(tmp_path: Path) -> None:
    falling = {
        "training.schedule": {"warmup": 0, "decay_from": 10, "decay_to": 20, "shape": "linear", "floor": 0},
        "training.optimisers.generator.decay": 2,
        "training.optimisers.discriminator.decay": 1,
    }
    lines = train(tmp_path / "run", "warn", **falling).read_signals()
    assert [line["discriminator/rate"] for line in lines] == [1.0] * 5 + [0.9, 0.7, 0.5, 0.3, 0.1]
    assert [line["generator/rate"] for line in lines] == [1.0] * 5 + [0.81, 0.49, 0.25, 0.09, 0.01]


def test_every_term_of_the_losses_and_the_scores_are_recorded_with_the_signals(tmp_path: Path) -> None:
    scored = {"record.evaluate_every": 9, "record.evaluate_samples": 50, "record.log_every": 1}
    run = train(tmp_path / "run", "warn", **scored)
    lines, logged = run.read_signals(), {line["step"]: line for line in run.read_metrics()}
    terms = [name for name in logged[20] if name.split("/")[-1] in ("adversarial", "r1", "r2")]
    assert len(terms) == 4
    for line in lines:
        for term in terms:
            assert line[term.replace("/", "/loss/")] == pytest.approx(logged[line["step"]][term], rel=1e-4)
    assert [line["step"] for line in lines if "mode_tv" in line] == [10, 20]
    assert lines[4]["mode_tv"] == logged[9]["mode_tv"]


@pytest.mark.parametrize("steps", [1, 63, 64, 65, 130])
def test_the_newest_terms_are_those_of_the_last_step_gathered_or_not(steps: int) -> None:
    window = Window(torch.device("cpu"))
    for step in range(1, steps + 1):
        window.record("generator", {"adversarial": torch.tensor(float(step)), "gradient_norm": torch.ones(())}, 0.5)
        window.record("generator", {"adversarial": torch.tensor(float(step))}, 0.5)
        window.next_row()
    assert {name: float(value) for name, value in window.newest().items()} == {"generator/loss/adversarial": steps}


def test_a_long_training_is_examined_less_often_but_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def diagnose(lines: Lines) -> list[Diagnosed]:
        seen.append(len(lines))
        return []

    monkeypatch.setattr("ganworks.training.session.diagnose", diagnose)
    monkeypatch.setattr("ganworks.training.session.EVERY_LINE", 4)
    train(tmp_path / "run", "warn")
    assert seen == [1, 2, 3, 4, 6, 9]


@pytest.mark.usefixtures("collapsing")
def test_stop_leaves_a_checkpoint_and_the_reason(tmp_path: Path) -> None:
    with pytest.warns(RuntimeWarning, match="stopped at step 12: collapse since step 9"):
        run = train(tmp_path / "run", "stop")
    status = run.read_status()
    assert (status["state"], status["step"], status["reason"]) == ("stopped", 12, "collapse since step 9")
    assert ganworks.load(run.path).step == 12


@pytest.mark.usefixtures("collapsing")
def test_remedy_goes_back_before_the_failure_and_on_with_another_configuration(tmp_path: Path) -> None:
    run = train(tmp_path / "run", "remedy")
    (note,) = treatments(run)
    assert (note["step"], note["diagnosis"], note["since"], note["back_to"]) == (12, "collapse", 9, 8)
    assert run.read_status()["state"] == "finished"
    assert ganworks.load(run.path).step == 20
    steps = [line["step"] for line in run.read_signals()]
    assert steps == list(range(2, 21, 2)), "what was recorded after the step it went back to is recorded anew"
    penalties = run.read_configuration()["game"]["penalties"]
    assert note["overrides"]["game"]["penalties"]["r1"] == {"gamma": 4.0, "anneal": [0.5, 20_000]}
    assert penalties["r1"] == {"gamma": 4.0, "every": 1, "anneal": [0.5, 20_000]}


@pytest.mark.parametrize("every", [1, 10, 250, 1000])
def test_healthy_checkpoints_are_few_and_reach_back(tmp_path: Path, every: int) -> None:
    run = RunDirectory(tmp_path)
    run.checkpoints.mkdir()
    for number in range(1, 301):
        newest = run.checkpoints / f"{number * every:08d}-{'0' * 16}.safetensors"
        newest.touch()
        keep_healthy(run)
        newest.unlink()
        if number > 200:
            ages = [number - step_of(path) // every for path in checkpoints(tmp_path / FOLDER)]
            assert ages[:2] == [0, 1]
            assert len(ages) <= KEPT
            assert ages[-1] > 30
            assert all(older < 5 * newer for newer, older in pairwise(ages[1:]))


PLACES = {
    "write_configuration": "ganworks.record.run_directory.RunDirectory.write_configuration",
    "append": "ganworks.training.health.append",
    "play": "ganworks.launch.play",
}


@pytest.mark.parametrize("cut", PLACES)
def test_a_remedy_that_counts_as_tried_was_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, collapsing: None, cut: str
) -> None:
    """Wherever a kill cuts the treatment off."""

    def killed(*_: Any, **__: Any) -> None:
        raise SystemExit("killed")

    def cut_off(*given: Any) -> Any:
        with monkeypatch.context() as patch:
            if cut != "play":
                patch.setattr(PLACES[cut], killed)
            better = treat(*given)
        monkeypatch.setattr(PLACES["play"], killed)
        return better

    with monkeypatch.context() as patch, pytest.raises(SystemExit, match="killed"):
        patch.setattr("ganworks.launch.treat", cut_off)
        train(tmp_path / "run", "remedy")
    run = RunDirectory(tmp_path / "run")
    is_applied = run.read_configuration()["game"]["penalties"] != configure("toy").game.penalties
    assert (is_applied, len(treatments(run))) == {
        "write_configuration": (False, 0),
        "append": (True, 0),
        "play": (True, 1),
    }[cut]
    monkeypatch.undo()
    assert ganworks.resume(run.path).step == 20


def test_a_checkpoint_of_the_step_at_which_it_began_is_none_from_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ganworks.training.session.diagnose", collapse_from(step=12, since=8))
    (note,) = treatments(train(tmp_path / "run", "remedy"))
    assert note["back_to"] == 4


def test_no_best_checkpoint_is_kept_of_what_was_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its score is forgotten, and a remedy may even have changed the networks."""
    monkeypatch.setattr("ganworks.training.session.diagnose", collapse_from(step=12, since=2))
    scored = {"record.evaluate_every": 10, "record.evaluate_samples": 50, "training.steps": 14}
    networks = {"game.penalties": {"r1": False, "r2": False}, "game.discriminator": {"name": "mlp", "hidden": [8]}}
    first: list[list[str]] = []

    def treated(run: RunDirectory, *more: Any) -> Any:
        better = treat(run, *more)
        first.append([path.name for path in (run.path / "best").iterdir()])
        return better

    monkeypatch.setattr("ganworks.launch.treat", treated)
    train(tmp_path / "run", "remedy", **scored, **networks)
    assert first == [[]]


def test_a_failure_that_began_before_any_checkpoint_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ganworks.training.session.diagnose", collapse_from(step=12, since=2))
    run = train(tmp_path / "run", "remedy")
    assert [note["back_to"] for note in treatments(run)] == [0]
    assert run.read_status()["state"] == "finished"
    assert [line["step"] for line in run.read_metrics()] == list(range(2, 21, 2))


def test_a_remedy_that_changes_networks_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganworks.training.session.diagnose", collapse_from(step=12, since=9, times=2))
    run = train(tmp_path / "run", "remedy", **{"game.penalties": {"r1": False, "r2": False}})
    first, second = treatments(run)
    assert first["overrides"] != second["overrides"], "what was tried is not tried again"
    assert run.read_status()["state"] == "finished"


def test_a_remedy_that_did_not_help_is_not_repeated_with_more_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stronger penalty can always be made stronger again, and packing would never have its turn."""
    monkeypatch.setattr("ganworks.training.session.diagnose", collapse_from(step=12, since=9, times=2))
    first, second = treatments(train(tmp_path / "run", "remedy"))
    assert "penalties" in first["overrides"]["game"]
    assert "packing" in second["overrides"]["game"]["stabilisers"]


def test_at_most_so_many_remedies_are_tried_and_then_it_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganworks.training.session.diagnose", collapse_from(step=12, since=9, times=99))
    run = train(tmp_path / "run", "remedy", **{"training.remedies": 1})
    assert len(treatments(run)) == 1
    assert run.read_status()["state"] == "stopped"


def test_what_the_game_refuses_is_no_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points are neither augmented nor mirrored: of what helps against overfitting only noise is left."""
    always = collapse_from(step=12, since=9, name="overfitting", times=99)
    monkeypatch.setattr("ganworks.training.session.diagnose", always)
    run = train(tmp_path / "run", "remedy")
    assert [note["overrides"] for note in treatments(run)] == [{"game": {"stabilisers": {"instance-noise": {}}}}]
    assert run.read_status()["state"] == "stopped"


def test_the_live_line_names_what_was_found_from_then_on() -> None:
    shown = StringIO()
    progress = TrainingProgress(Console(file=shown, width=200), 0, 3)
    progress.watch(3, {"images_per_second": 1.0})
    progress.alarm(3, Diagnosed("collapse", "failing", 2, {"diversity": 0.01}, "One sample."))
    progress.watch(3, {"images_per_second": 1.0})
    before, alarm, after = shown.getvalue().splitlines()
    assert "collapse" not in before
    assert alarm.startswith("step 3: collapse since step 2. One sample. `ganworks doctor RUN` says")
    assert "! collapse" in after


@pytest.mark.parametrize("policy", ["stop", "remedy"])
def test_what_nobody_looks_at_cannot_be_stopped(tmp_path: Path, policy: str) -> None:
    with pytest.raises(UsageError, match=f"on_failure={policy} needs signals: set record.signals_every"):
        train(tmp_path / "run", policy, **{"record.signals_every": None})
    assert not (tmp_path / "run").exists()


def test_remedies_need_one_process(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="on_failure=remedy needs one process"):
        train(tmp_path / "run", "remedy", **{"training.devices": 2})


def test_a_divergence_is_recorded_for_the_doctor(tmp_path: Path) -> None:
    huge = {"training.optimisers.generator": {"name": "sgd", "lr": 1e30}}
    advice = r"step \d+: .*; no checkpoint was written yet: `ganworks doctor .*run` says what helps$"
    with pytest.raises(GanworksError, match=advice) as caught, pytest.warns(RuntimeWarning, match="divergence"):
        train(tmp_path / "run", "warn", **huge)
    became = RunDirectory(tmp_path / "run").read_signals()[-1]["not_finite"]
    assert str(caught.value).startswith(f"step {became}: ")


def test_a_divergence_without_a_doctor_is_told_with_what_is_left(tmp_path: Path) -> None:
    later = {"training.optimisers.generator": {"name": "sgd", "lr": 1e10}, "record.checkpoint_every": 1}
    with pytest.raises(GanworksError, match=r"; its checkpoint of step \d is kept: train with lower learning rates"):
        train(tmp_path / "run", "warn", **later, **{"record.signals_every": None})


def test_a_divergence_that_cannot_be_recorded_is_told_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(run: RunDirectory, line: dict[str, Any]) -> None:
        raise GanworksError("cannot write: no space left on device")

    monkeypatch.setattr(RunDirectory, "log_signals", full)
    huge = {"training.optimisers.generator": {"name": "sgd", "lr": 1e30}, "record.signals_every": 20}
    with pytest.raises(GanworksError, match=r"`ganworks doctor .*` says what helps"):
        train(tmp_path / "run", "warn", **huge)
    assert RunDirectory(tmp_path / "run").read_status()["state"] == "failed"


@pytest.mark.parametrize("source", ["ring", "grid"])
def test_signals_of_nearly_every_step_stop_no_healthy_training(source: str, tmp_path: Path) -> None:
    """Patience is of steps too: toys jump about before they settle."""
    settings = {"training.steps": 400, "training.on_failure": "stop", "training.threads": 1, "record.signals_every": 5}
    run = ganworks.train("toy", source, out=tmp_path / "run", settings={**settings, "record.sample_every": 1000})
    assert run.step == 400
