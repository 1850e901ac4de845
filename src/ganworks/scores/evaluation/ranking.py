"""By what generators are ranked, of all that was measured of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RANKING = ("mode_tv", "frechet", "kid")
"""By what generators are ranked, lowest first: the first of these that was measured."""


def ranked(values: Mapping[str, Any]) -> tuple[str, float]:
    """By what a generator with these scores is ranked, and how: lower is better."""
    name = next(name for name in RANKING if name in values)
    return name, float(values[name])
