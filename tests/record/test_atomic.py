"""Files are whole or absent, and what stands in their way is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganworks.errors import GanworksError
from ganworks.record.atomic import write_text


def test_a_file_where_a_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GanworksError, match=r"cannot write .*a\.txt: .*; nothing was replaced"):
        write_text(tmp_path / "file" / "a.txt", "text")


def test_what_was_there_stays_when_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "before")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\ud800")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
