"""What a log is told of work that takes long."""

from __future__ import annotations

import pytest

from ganworks.data import progress


def told(capsys: pytest.CaptureFixture[str], shown: bool = True) -> str:
    with progress.bar("fetching emoji", 3, shown) as advance:
        for done in range(3):
            advance(done)
    return capsys.readouterr().err


def test_a_log_is_told_once_of_what_takes_long(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(capsys) == ""
    monkeypatch.setattr(progress, "_PATIENCE", -1.0)
    assert told(capsys) == "fetching emoji …\n"
    assert told(capsys, shown=False) == ""
