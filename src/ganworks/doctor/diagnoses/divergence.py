"""Divergence: losses, weights or samples are no longer numbers, or weights are thrown about."""

from __future__ import annotations

from typing import Any

import numpy as np

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy
from ganworks.doctor.history import History
from ganworks.doctor.overrides import equal_rates, scaled_rates
from ganworks.doctor.thresholds import EXPLODED, LONG


def look(history: History) -> Finding | None:
    updates = {name: history[name] for name in (f"{player}/update" for player in history.players)}
    became = history["not_finite"]
    lost = (became > 0) | np.array([line.get("diversity", 0.0) is None for line in history.lines])
    thrown = np.zeros(len(history), dtype=bool)
    for update in updates.values():
        thrown |= update > EXPLODED
    bad = lost.copy()
    bad[:-1] |= thrown[1:] & thrown[:-1]
    if not (lost.any() or bad[-LONG:].any()):  # who was calm for so long has found back
        return None
    first = int(np.argmax(bad))
    evidence = {"not_finite": float(lost.any()), **{name: float(update[first]) for name, update in updates.items()}}
    since = min([int(history.steps[first]), *became[became > 0].astype(int).tolist()])
    return Finding(since, {name: value for name, value in evidence.items() if value == value})


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
