"""`scores.jsonl`: only ever added to, whole lines only."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread

import pytest

from ganworks.errors import UsageError
from ganworks.scores.evaluation import history


def test_lines_are_added_in_order_and_a_torn_one_is_passed_over(tmp_path: Path) -> None:
    assert history.read(tmp_path) == []
    history.append(tmp_path, {"step": 1, "frechet": 2.5})
    with (tmp_path / "scores.jsonl").open("a") as file:
        file.write('{"step": 2, "fre')
    history.append(tmp_path, {"step": 3})
    assert [line["step"] for line in history.read(tmp_path)] == [1, 3]


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    def write(start: int) -> None:
        for step in range(start, start + 40):
            history.append(tmp_path, {"step": step, "text": "x" * 500})

    writers = [Thread(target=write, args=(start,)) for start in (0, 100)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(line["step"] for line in history.read(tmp_path)) == [*range(40), *range(100, 140)]


def test_a_resumed_run_forgets_only_what_its_training_scored(tmp_path: Path) -> None:
    for step, by in ((1, "training"), (5, "training"), (5, "demo"), (6, None)):
        history.append(tmp_path, {"step": step, "by": by})
    history.forget_after(tmp_path, 4)
    assert [(line["step"], line["by"]) for line in history.read(tmp_path)] == [(1, "training"), (5, "demo"), (6, None)]


def test_earlier_scores_are_found_in_files_and_runs(tmp_path: Path) -> None:
    line = {"frechet": 1.0, "protocol": {"extractor": "x"}}
    (tmp_path / "a.json").write_text(json.dumps(line, indent=1))
    assert history.from_file(tmp_path / "a.json") == line
    with pytest.raises(UsageError, match="was never scored"):
        history.from_file(tmp_path)
    history.append(tmp_path, line)
    history.append(tmp_path, {"frechet": 2.0})
    assert history.from_file(tmp_path) == line
    (tmp_path / "b.json").write_text("[]")
    for name in ("b.json", "none.json"):
        with pytest.raises(UsageError, match=name):
            history.from_file(tmp_path / name)
