"""A process that left its group has no thread of it any more: one that outlives the interpreter aborts the process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ganworks.training.spawning import free_port

THREADS = Path("/proc/self/task")
LEAVES = """
from pathlib import Path
import torch
from ganworks.training.processes import joined

with joined("cpu"):
    import torch.distributed.nn  # as torch itself does sooner or later
    torch.distributed.all_reduce(torch.ones(2))
print(*{task.read_text().strip() for task in Path("/proc/self/task").glob("*/comm")})
"""


@pytest.mark.skipif(not THREADS.is_dir(), reason="threads are read from /proc")
def test_no_thread_of_the_group_stays() -> None:
    group = {"WORLD_SIZE": "2", "MASTER_ADDR": "localhost", "MASTER_PORT": str(free_port())}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", LEAVES],
            env={**os.environ, **group, "RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    for process in processes:
        threads, complaint = process.communicate(timeout=60)
        assert process.returncode == 0, complaint
        assert "gloo" not in threads
