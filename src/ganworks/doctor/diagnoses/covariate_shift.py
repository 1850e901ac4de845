"""Internal covariate shift: the statistics inside G keep moving, so its layers learn for inputs that are gone."""

from __future__ import annotations

from typing import Any

import numpy as np

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy, lasting
from ganworks.doctor.history import History, trailing_mean
from ganworks.doctor.overrides import scaled_rates
from ganworks.doctor.thresholds import DRIFT, LONG


def look(history: History) -> Finding | None:
    level = np.log(np.maximum(1e-6, history["activation"]))
    spread = np.sqrt(np.maximum(0.0, trailing_mean(level**2, LONG) - trailing_mean(level, LONG) ** 2))
    return lasting(history, spread > DRIFT, 2 * LONG, {"activation drift": spread}, "warning")


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    return [
        Remedy(scaled_rates(configuration, 0.3), "smaller steps move the statistics less"),
        Remedy({"training": {"schedule": {"warmup": 500}}}, "lets the statistics settle before large steps"),
    ]


diagnosis = Diagnosis(
    meaning="The statistics of G's activations keep changing, so each layer learns for inputs that are already gone.",
    look=look,
    remedies=remedies,
    precedence=50,
)
