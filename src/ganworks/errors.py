"""Errors a user can cause: one line that says what, where and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches


class GanworksError(Exception):
    """A failure the user can act on, shown as one line without a traceback (exit code 1)."""

    exit_code = 1

    def __init__(self, message: object) -> None:
        super().__init__(" ".join(str(message).splitlines()))


class UsageError(GanworksError):
    """A request that cannot be meant: an unknown name, a value out of range (exit code 2)."""

    exit_code = 2


def unknown(kind: str, name: str, known: Iterable[str]) -> UsageError:
    """The error for a name that nothing answers to, with the nearest valid one."""
    choices = sorted(known)
    close = get_close_matches(name.lower(), choices, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}?" if close else f"valid: {', '.join(choices) or 'none'}"
    return UsageError(f"unknown {kind} {name!r}: {hint}")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether Python or torch, on any device, says that memory was not enough."""
    return isinstance(error, MemoryError) or re.search("(out of|not enough|allocate) memory", str(error)) is not None
