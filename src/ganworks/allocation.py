"""Keep what a step frees for the next one: glibc gives large blocks back, and fresh pages cost a tenth of a step."""

from __future__ import annotations

import ctypes
import platform
from contextlib import suppress

# From malloc.h; the largest trim threshold that mallopt takes.
M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4
NEVER = 2**31 - 1


def keep_freed_memory() -> None:
    """Serve large tensors from memory that stays with the process, where the C library is glibc; elsewhere nothing."""
    if platform.libc_ver()[0] != "glibc":
        return
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_MMAP_MAX, 0)
        mallopt(M_TRIM_THRESHOLD, NEVER)
