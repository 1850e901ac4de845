"""The tables of speed and parity in a tiny version, held to their parity."""

from __future__ import annotations

import pytest

from benchmarks import scores


def test_the_frechet_distance_agrees_by_every_formula() -> None:
    rows = scores.frechet_rows((8, 16), slow=8, repeats=1)
    assert [row[0] for row in rows] == [8, 8, 16, 16]
    for *_, to_root, to_torchmetrics, same in rows:
        assert float(str(to_root)) < 1e-6 and float(str(to_torchmetrics)) < 1e-6 and float(str(same)) < 1e-6


def test_few_samples_agree_with_their_covariances() -> None:
    assert all(float(str(row[-1])) < 1e-9 for row in scores.few_rows(64, (4, 20), repeats=1))


def test_neighbours_agree_with_prdc() -> None:
    ours, theirs, expected = scores.neighbour_rows(200, 6)
    assert ours[2:] == theirs[2:] and expected[-1] == "0.96992"


def test_the_kernel_distance_agrees_with_torchmetrics() -> None:
    assert all(float(str(row[-2])) < 1e-9 for row in scores.kernel_rows((4, 16), 50, repeats=1))


@pytest.mark.filterwarnings("ignore")
def test_pairs_and_classes_agree_with_torchmetrics() -> None:
    assert all(float(str(row[-1])) < 1e-6 for row in scores.image_rows(4, 16, repeats=1))


def test_every_table_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["scores.py", "--sizes", "8", "--count", "50"])
    monkeypatch.setattr(scores, "kernel_rows", lambda sizes, count: [(1,) * 6])
    monkeypatch.setattr(scores, "neighbour_rows", lambda count, size: [(1,) * 6])
    monkeypatch.setattr(scores, "few_rows", lambda size, counts: [(1,) * 6])
    monkeypatch.setattr(scores, "image_rows", lambda: [(1,) * 4])
    scores.main()
    assert capsys.readouterr().out.count("\n### ") == 5
