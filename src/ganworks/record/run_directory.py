"""A run on disk: configuration, spec, metrics, samples, comparisons, checkpoints and how it ended."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ganworks.errors import GanworksError, UsageError
from ganworks.record.atomic import write_text
from ganworks.tree import Tree, read, write


class RunDirectory:
    """The files of one training; a directory is a run when it holds `run.yaml`."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.configuration = self.path / "run.yaml"
        self.spec = self.path / "spec.json"
        self.data = self.path / "data.json"
        self.metrics = self.path / "metrics.jsonl"
        self.signals = self.path / "signals.jsonl"
        self.samples = self.path / "samples"
        self.comparisons = self.path / "comparisons"
        self.checkpoints = self.path / "checkpoints"
        self.status = self.path / "status.json"
        self.tensorboard = self.path / "tensorboard"
        self.lock = FileLock(self.path / ".lock")

    def exists(self) -> bool:
        return self.configuration.is_file()

    def require(self) -> RunDirectory:
        """Itself; raises UsageError when there is no run here."""
        if not self.exists():
            raise UsageError(f"{self.path} is not a run: it has no run.yaml; `ganworks runs` lists what is here")
        return self

    def create(self, configuration: Tree, spec: dict[str, Any], data: dict[str, Any]) -> None:
        """Write what rebuilds the game and what it learns from; refuses a directory that already holds something."""
        if self.exists():
            raise UsageError(f"{self.path} already holds a run: resume it, or choose another --out")
        if self.path.is_file() or (self.path.is_dir() and any(not self.is_leftover(p) for p in self.path.iterdir())):
            raise UsageError(f"{self.path} exists and is not a run: choose another --out")
        write_text(self.spec, json.dumps(spec, indent=1, ensure_ascii=False))
        write_text(self.data, json.dumps(data, indent=1, ensure_ascii=False))
        self.write_configuration(configuration)

    def is_leftover(self, path: Path) -> bool:
        """Whether a start of a run that was killed before `run.yaml` was there can have left this."""
        return path in (self.spec, self.data, self.path / ".lock") or path.suffix == ".part"

    def write_configuration(self, configuration: Tree) -> None:
        write_text(self.configuration, write(configuration))

    def read_configuration(self) -> Tree:
        return read(self.require().configuration)

    def read_spec(self) -> dict[str, Any]:
        try:
            spec: dict[str, Any] = json.loads(self.require().spec.read_text(encoding="utf8"))
            if not isinstance(spec, dict) or not {"shape", "classes"} <= spec.keys():
                raise ValueError("it has no shape and classes")
        except (OSError, ValueError) as error:
            raise GanworksError(f"{self.spec} cannot be read ({error}): the run is damaged") from None
        return spec

    def read_data(self) -> dict[str, Any]:
        """What the run remembers of its data: name, samples, digest; empty in a run that remembers nothing."""
        try:
            facts: dict[str, Any] = json.loads(self.data.read_text(encoding="utf8"))
        except (OSError, ValueError):
            return {}
        return facts if isinstance(facts, dict) and {"name", "samples", "digest"} <= facts.keys() else {}

    def acquire(self) -> None:
        """Claim the directory for this process; raises when another one is training into it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.lock.acquire(timeout=0)
        except Timeout:
            raise GanworksError(
                f"{self.path} is being trained by another process: wait for it or choose another --out"
            ) from None
        except OSError as error:
            raise GanworksError(f"cannot write to {self.path}: {error.strerror or error}") from None

    def release(self) -> None:
        self.lock.release()

    def log(self, line: dict[str, Any]) -> None:
        """Append one line of metrics."""
        append(self.metrics, line)

    def log_signals(self, line: dict[str, Any]) -> None:
        """Append one line of signals."""
        append(self.signals, line)

    def read_metrics(self) -> list[dict[str, Any]]:
        """All whole lines of metrics."""
        return whole_lines(self.metrics)

    def read_signals(self) -> list[dict[str, Any]]:
        """All whole lines of signals; empty in a run that recorded none."""
        return whole_lines(self.signals)

    def sweep(self) -> None:
        """Remove the unfinished files of a session that was killed while it wrote."""
        for unfinished in self.path.rglob(".*.part"):
            unfinished.unlink(missing_ok=True)

    def forget_after(self, step: int) -> None:
        """Drop metrics and signals beyond `step`, which a resumed run writes again."""
        for path in (self.metrics, self.signals):
            if path.is_file():
                kept = [line for line in whole_lines(path) if line["step"] <= step]
                write_text(path, "".join(json.dumps(line) + "\n" for line in kept))

    def mark(self, state: str, step: int, **facts: Any) -> None:
        """Record how the run stands: running, finished, stopped or failed."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        write_text(
            self.status,
            json.dumps({"state": state, "step": step, "time": now, "pid": os.getpid(), **facts}, indent=1),
        )

    def read_status(self) -> dict[str, Any]:
        """The last mark; a run marked running whose lock is free was killed."""
        if not self.status.is_file():
            return {"state": "created", "step": 0}
        status: dict[str, Any] = json.loads(self.status.read_text(encoding="utf8"))
        if status["state"] == "running" and not self.is_claimed():
            status["state"] = "killed"
        return status

    def is_claimed(self) -> bool:
        probe = FileLock(self.path / ".lock")
        try:
            probe.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:
            return False
        probe.release()
        return False


def append(path: Path, line: dict[str, Any]) -> None:
    """Add a line of JSON; raises GanworksError where that cannot be written."""
    try:
        with path.open("a", encoding="utf8") as file:
            file.write(json.dumps(line) + "\n")
    except OSError as error:
        raise GanworksError(f"cannot write {path}: {error.strerror or error}") from error


def whole_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of JSON in a file, less one that was cut by a kill; none where there is no file."""
    if not path.is_file():
        return []
    lines = []
    for line in path.read_text(encoding="utf8").splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            continue
    return lines
