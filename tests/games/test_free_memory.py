"""Memory that the kernel says is left."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ganworks.games import free_memory
from ganworks.games.free_memory import available_bytes


@pytest.fixture(autouse=True)
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of the kernel's: a machine of which nothing is known."""
    monkeypatch.setattr(free_memory, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(free_memory, "CGROUP", tmp_path)
    return tmp_path


def test_of_the_machine(kernel: Path) -> None:
    told = kernel / "meminfo"
    told.write_text("MemTotal:       16374116 kB\nMemFree:          261112 kB\nMemAvailable:    1000 kB\n")
    assert available_bytes("cpu") == 1_024_000
    told.write_text("MemTotal:       16374116 kB\n")  # kernels before 3.14
    assert available_bytes("cpu") == sys.maxsize
    told.unlink()  # systems without /proc
    assert available_bytes("cpu") == sys.maxsize


@pytest.mark.parametrize(
    ("folder", "limit", "used", "files"),
    [
        (".", "memory.max", "memory.current", "inactive_file"),
        ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ],
)
def test_of_a_container_whose_own_limit_is_less(kernel: Path, folder: str, limit: str, used: str, files: str) -> None:
    (kernel / "meminfo").write_text("MemAvailable:    1000 kB\n")
    group = kernel / folder
    group.mkdir(exist_ok=True)
    (group / limit).write_text("900000\n")
    (group / used).write_text("500000\n")
    (group / "memory.stat").write_text(f"anon 300000\n{files} 200000\n")
    assert available_bytes("cpu") == 600_000
    (group / used).write_text("1200000\n")
    assert available_bytes("cpu") == 0
    (group / limit).write_text("9223372036854771712\n")
    assert available_bytes("cpu") == 1_024_000


def test_of_a_container_without_a_limit(kernel: Path) -> None:
    (kernel / "memory.max").write_text("max\n")
    (kernel / "memory.current").write_text("500000\n")
    (kernel / "memory.stat").write_text("inactive_file 200000\n")
    assert available_bytes("cpu") == sys.maxsize
