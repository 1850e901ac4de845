"""Partial collapse: kinds of samples that are in the data and that G does not make."""

from __future__ import annotations

from typing import Any

import numpy as np

from ganworks.config import Configuration
from ganworks.doctor.clusters import WINDOW, missing, restlessness
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy
from ganworks.doctor.history import History
from ganworks.doctor.overrides import steady
from ganworks.doctor.thresholds import LONG, MISSING, RESTLESS


def look(history: History) -> Finding | None:
    if not history.clusters.shape[1]:
        return None
    lost, moving = missing(history), restlessness(history)
    # A G that jumps from mode to mode lacks most of them at any time: that is an oscillation.
    since = history.since((lost > MISSING) & (moving < RESTLESS), WINDOW + LONG)
    if since is None or is_shrinking(lost):
        return None
    return Finding(since, {"missing": float(lost[-1]), "clusters": float(history.clusters.shape[1])})


def is_shrinking(lost: np.ndarray[Any, Any]) -> bool:
    """Whether modes are being found: less is missing than a window ago, and than two windows ago."""
    return len(lost) > 2 * LONG and lost[-1] < 0.8 * lost[-1 - LONG] < 0.8 * lost[-1 - 2 * LONG]


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    return [
        *steady(configuration),
        Remedy(
            {"game": {"stabilisers": {"packing": {"size": 2}}}}, "D sees several samples at once, so it sees what lacks"
        ),
    ]


diagnosis = Diagnosis(
    meaning="G leaves out whole kinds of real samples: D forgot them, and G has no other reason to make them.",
    look=look,
    remedies=remedies,
    precedence=40,
)
