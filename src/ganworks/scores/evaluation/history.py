"""The scores a run was given, one line of JSON each in `scores.jsonl`: added to, never written over."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ganworks.errors import GanworksError, UsageError
from ganworks.record.atomic import write_text

FILE = "scores.jsonl"
TRAINING = "training"
"""What a line says it was scored by when that happened during training."""


def append(run: Path, line: Mapping[str, Any]) -> None:
    """Add a line to the scores of a run: in one write, so that it is whole whoever else adds one or is killed."""
    path = run / FILE
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            size = os.fstat(descriptor).st_size
            torn = size > 0 and _last_byte(path) != b"\n"  # by a machine that lost its power
            os.write(descriptor, (("\n" if torn else "") + json.dumps(line) + "\n").encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise GanworksError(f"cannot write {path}: {error.strerror or error}") from error


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)


def read(run: Path) -> list[dict[str, Any]]:
    """All whole lines, oldest first; none where there is no file."""
    try:
        return [found for line in (run / FILE).read_text(encoding="utf8").splitlines() if (found := _parsed(line))]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise GanworksError(f"cannot read {run / FILE}: {error}") from error


def forget_after(run: Path, step: int) -> None:
    """Drop what training scored beyond `step`, which a resumed run scores again."""
    lines = read(run)
    kept = [line for line in lines if line.get("by") != TRAINING or line["step"] <= step]
    if len(kept) < len(lines):
        write_text(run / FILE, "".join(json.dumps(line) + "\n" for line in kept))


def from_file(path: Path) -> dict[str, Any]:
    """Scores as `ganworks evaluate` wrote them: a .json file, or the newest of a run that carry a protocol."""
    if path.is_dir():
        found = [line for line in read(path) if "protocol" in line]
        if not found:
            raise UsageError(f"{path} was never scored: `ganworks evaluate {path}` does it")
        return found[-1]
    try:
        line = _parsed(path.read_text(encoding="utf8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    if line is None or "protocol" not in line:
        raise UsageError(f"{path} holds no scores: name a file that `ganworks evaluate --out` wrote, or a scored run")
    return line


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
