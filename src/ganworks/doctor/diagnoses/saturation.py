"""Saturated output: G's images are stuck at black and white."""

from __future__ import annotations

from typing import Any

import numpy as np

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy, lasting
from ganworks.doctor.history import History
from ganworks.doctor.overrides import scaled_rates
from ganworks.doctor.thresholds import LONG, SATURATED


def look(history: History) -> Finding | None:
    saturated, flat = history.smooth("saturated"), history.smooth("flat")
    stuck = np.maximum(saturated, flat) > SATURATED
    return lasting(history, stuck, LONG, {"saturated": saturated, "flat": flat})


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    return [
        Remedy(scaled_rates(configuration, 0.2, ("generator",)), "large steps push tanh to where its slope is nothing"),
    ]


diagnosis = Diagnosis(
    meaning="G's output sticks at the ends of its range, where tanh passes no gradient back.",
    look=look,
    remedies=remedies,
    precedence=17,
)
