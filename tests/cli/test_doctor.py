from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from tests.cli.conftest import TINY, Call
from tests.doctor.lines import bent, healthy

from ganworks.cli.arguments import tree_of
from ganworks.doctor.diagnosing import diagnoses, remedies, treated
from ganworks.doctor.diagnosis import Diagnosed
from ganworks.recipes import configure
from ganworks.record.run_directory import RunDirectory
from ganworks.tree import as_options


@pytest.fixture
def run(call: Call) -> RunDirectory:
    words = ["train", "toy", "--steps", 4, "--out", "run", *TINY, "--record.signals_every", 2]
    called = call(*words)
    assert called.code == 0, called.err
    return RunDirectory("run")


def record(run: RunDirectory, lines: list[dict[str, object]]) -> None:
    run.signals.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_a_training_records_its_signals(run: RunDirectory) -> None:
    assert [line["step"] for line in run.read_signals()] == [2, 4]


def test_a_healthy_run(call: Call, run: RunDirectory) -> None:
    record(run, healthy())
    called = call("doctor", "run")
    assert called.code == 0
    assert called.out == "run, finished, signals up to step 3000\nnothing is wrong as far as its signals tell\n"


def test_a_failing_run_is_told_what_shows_it_and_what_to_try(call: Call, run: RunDirectory) -> None:
    record(run, bent(20, diversity=0.01, duplicates=0.9))
    called = call("doctor", "run")
    assert "failing" in called.out
    assert "collapse, since step 1" in called.out
    assert "diversity 0.01, duplicates 0.9" in called.out
    said = called.out.splitlines()
    tries = [place for place, line in enumerate(said) if line.startswith("try: ")]
    assert said[tries[0]] == "try: a stronger gradient penalty damps the players more"
    option = said[tries[0] + 1]
    assert option.startswith("  --game.penalties.r1.gamma ")
    assert call("train", "toy", "--steps", 2, "--out", "next", *TINY, *shlex.split(option)).code == 0


def test_options_are_whole_lines_on_a_narrow_terminal(
    call: Call, run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(run, bent(20, diversity=0.01, duplicates=0.9))
    told = json.loads(call("doctor", "run", "--json").out)["diagnoses"][0]["remedies"]
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert {f"  {remedy['options']}" for remedy in told} <= set(call("doctor", "run").out.splitlines())


@pytest.mark.parametrize(
    ("recipe", "words", "is_told"), [("toy", [], True), ("toy", ["--data.hold_out", 0.1], False), ("cgan", [], True)]
)
def test_that_overfitting_cannot_be_seen_is_told_where_something_helps(
    call: Call, photos: Path, recipe: str, words: list[object], is_told: bool
) -> None:
    source = words if recipe == "toy" else ["--data", photos, "--resolution", 8, "--game.generator.width", 4]
    assert call("train", recipe, "--steps", 2, "--out", "run", *TINY, "--record.signals_every", 2, *source).code == 0
    said = call("doctor", "run").out
    assert ("overfitting cannot be seen: no samples were held out; --data.hold_out 0.1" in said) == is_told
    assert said.startswith("run, finished, signals up to step 2\n")


@pytest.mark.parametrize("name", diagnoses())
def test_a_shell_reads_every_remedy_as_it_is_meant(name: str) -> None:
    configuration = configure("toy", {"training": {"optimisers": {"generator": {"name": "sgd"}}}})
    for remedy in remedies(name, configuration, lambda changed: True):
        words = shlex.split(as_options(remedy.overrides))
        settings = [(key.removeprefix("--"), text) for key, text in zip(words[::2], words[1::2], strict=True)]
        assert configure("toy", configuration.model_dump(mode="json"), tree_of(settings)) == treated(
            configuration, remedy
        )


def test_the_same_for_programs(call: Call, run: RunDirectory) -> None:
    record(run, bent(20, dead=0.99))
    found = json.loads(call("doctor", "run", "--json").out)
    (diagnosis,) = found["diagnoses"]
    assert (found["run"], found["step"], diagnosis["name"], diagnosis["severity"]) == (
        "run",
        3000,
        "dead-units",
        "failing",
    )
    assert diagnosis["remedies"][0].keys() == {"options", "overrides", "why"}


def test_the_verdict_does_not_depend_on_the_configuration(call: Call, run: RunDirectory) -> None:
    """Only what to try may."""
    record(run, bent(20, dead=0.99, memorised=0.9))
    before = json.loads(call("doctor", "run", "--json").out)
    run.configuration.write_text("recipe: wgan-gp\n")
    after = json.loads(call("doctor", "run", "--json").out)
    for found in (before, after):
        for diagnosis in found["diagnoses"]:
            del diagnosis["remedies"]
    assert before == after


def test_a_run_without_signals_is_refused(call: Call) -> None:
    assert call("train", "toy", "--steps", 2, "--out", "mute", *TINY, "--record.signals_every", "null").code == 0
    called = call("doctor", "mute")
    assert called.code == 1
    assert called.err.strip().endswith("holds no signals: the doctor needs a run trained with record.signals_every")


def test_a_run_that_is_too_young_for_signals_is_told_apart(call: Call) -> None:
    assert call("train", "toy", "--steps", 2, "--out", "young", *TINY).code == 0
    called = call("doctor", "young")
    assert called.code == 1
    assert called.err.strip().endswith("young holds no signals yet: the first comes after 50 steps, it has 2")


def test_a_run_that_the_doctor_stops_says_why_and_ends_with_a_code_of_its_own(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Diagnosed("collapse", "failing", 2, {"diversity": 0.01}, "One sample.")
    monkeypatch.setattr("ganworks.training.session.diagnose", lambda lines: [found])
    words = ["train", "toy", "--steps", 9, "--out", "run", *TINY, "--record.signals_every", 4]
    called = call(*words, "--on-failure", "stop")
    assert called.code == 3
    last = called.out.splitlines()[-1]
    assert last.startswith("stopped: collapse since step 2; `ganworks doctor run` says what helps")
    assert "`ganworks resume run`" in last
    assert call(*words[:5], "other", *words[6:]).code == 0, "it is only told of, by default"


def test_no_run(call: Call, tmp_path: Path) -> None:
    called = call("doctor", "nowhere")
    assert called.code == 2
    assert "is not a run" in called.err


def test_what_the_game_refuses_is_not_told(call: Call, run: RunDirectory) -> None:
    record(run, bent(20, memorised=0.9))
    said = call("doctor", "run").out
    assert "overfitting, since" in said
    assert "augmentation" not in said, "points are not augmented"
