"""How much memory is left on a device, to this process and the container that it runs in."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import torch

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")
_V2 = ("memory.max", "memory.current", "memory.stat", "inactive_file")
_V1 = (
    "memory/memory.limit_in_bytes",
    "memory/memory.usage_in_bytes",
    "memory/memory.stat",
    "total_inactive_file",
)


def available_bytes(device: torch.device | str) -> int:
    """Bytes that are free on a device; where nobody tells, no bound."""
    device = torch.device(device)
    if device.type == "cuda":
        cached = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(torch.cuda.mem_get_info(device)[0]) + cached
    if device.type == "mps":
        return int(torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())
    return min(_of_the_machine(), *(_of_the_container(*files) for files in (_V2, _V1)))


def _of_the_machine() -> int:
    with suppress(OSError, KeyError):
        return 1024 * _named(MEMINFO)["MemAvailable:"]
    return sys.maxsize


def _of_the_container(limit: str, used: str, table: str, reclaimable: str) -> int:
    """What a control group leaves: files that it could forget at once count as free, as `free` counts them."""
    with suppress(OSError, KeyError, ValueError):  # without a limit the file says max, or a number beyond any machine
        files = _named(CGROUP / table)[reclaimable]
        return max(0, int((CGROUP / limit).read_text("ascii")) - int((CGROUP / used).read_text("ascii")) + files)
    return sys.maxsize


def _named(table: Path) -> dict[str, int]:
    """Lines of a name and a number."""
    return {words[0]: int(words[1]) for line in table.read_text("ascii").splitlines() if len(words := line.split()) > 1}
