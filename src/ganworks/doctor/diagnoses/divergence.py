"""Divergence: losses, weights or samples are no longer numbers, or weights are thrown about."""

from __future__ import annotations

from typing import Any

import numpy as np

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy
from ganworks.doctor.history import History
from ganworks.doctor.overrides import equal_rates, scaled_rates
from ganworks.doctor.thresholds import EXPLODED


def look(history: History) -> Finding | None:
    died = np.nan_to_num(history["not_finite"]) > 0
    lost = np.array([line.get("diversity", 0.0) is None for line in history.lines])
    thrown = np.zeros(len(history), dtype=bool)
    for player in history.players:
        thrown |= np.nan_to_num(history[f"{player}/update"]) > EXPLODED
    bad = died | lost | (thrown & np.roll(thrown, 1))
    if not bad[1:].any() and not (died | lost).any():
        return None
    first = int(np.argmax(bad))
    evidence = {"not_finite": float((died | lost).any())}
    evidence |= {f"{player}/update": float(history[f"{player}/update"][first]) for player in history.players}
    return Finding(int(history.steps[first]), {name: value for name, value in evidence.items() if value == value})


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    return [
        *equal_rates(configuration),
        Remedy(scaled_rates(configuration, 0.1), "smaller steps keep within the region where gradients mean something"),
        Remedy({"training": {"precision": "fp32"}}, "fewer digits may not hold the gradients"),
        Remedy({"training": {"clip_gradients": 1.0}}, "bounds the step that one bad batch can cause"),
    ]


diagnosis = Diagnosis(
    meaning="The players' numbers blow up, so that nothing can be learnt from them any more.",
    look=look,
    remedies=remedies,
    precedence=0,
)
