"""Generative adversarial networks that work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ganworks.api import apply, evaluate, load, resume, train
    from ganworks.runs import Run

__version__ = "0.1.0"
__all__ = ["Run", "apply", "evaluate", "load", "resume", "train"]


def __getattr__(name: str) -> Any:
    """Import the interface when it is first used: `ganworks --help` needs no torch."""
    if name not in __all__:
        raise AttributeError(f"module 'ganworks' has no attribute {name!r}")
    from ganworks import api

    return getattr(api, name)
