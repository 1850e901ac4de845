"""Partial collapse: kinds of samples that are in the data and that G does not make."""

from __future__ import annotations

from typing import Any

import numpy as np

from ganworks.config import Configuration
from ganworks.doctor.clusters import missing, restlessness
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy, lasting
from ganworks.doctor.history import History, lagged
from ganworks.doctor.overrides import steady
from ganworks.doctor.thresholds import FINDING, LONG, MANY, MISSING, RESTLESS


def look(history: History) -> Finding | None:
    lost, moving = missing(history), restlessness(history)
    # A G that jumps from mode to mode lacks most of them at any time: that is an oscillation. One that is still
    # finding modes lacks fewer than it did.
    stuck = lost > FINDING * lagged(lost, LONG)
    settled = (moving < RESTLESS) & stuck
    evidence = {"missing": lost, "clusters": np.full(len(history), len(history.shares), dtype=np.float64)}
    many, some = (settled & (lost > limit) for limit in (MANY, MISSING))
    return lasting(history, many, LONG, evidence) or lasting(history, some, 2 * LONG, evidence)


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
