"""G wins with garbage: D calls fakes real and real samples fake, so following D leads nowhere."""

from __future__ import annotations

from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy
from ganworks.doctor.history import History
from ganworks.doctor.overrides import equal_rates, steady
from ganworks.doctor.thresholds import FOOLED, LONG


def look(history: History) -> Finding | None:
    if "ranking" not in history:
        return None
    ranking = history.smooth("ranking")
    since = history.since(ranking < FOOLED, LONG)
    if since is None:
        return None
    return Finding(since, {"ranking": float(ranking[-1]), "remoteness": float(history.smooth("remoteness")[-1])})


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    return [
        *steady(configuration),
        *equal_rates(configuration),
        Remedy({"game": {"discriminator_steps": 2}}, "D learns twice before G follows it"),
    ]


diagnosis = Diagnosis(
    meaning="D ranks fakes above real samples, so G's falling loss is no progress: check that labels are not swapped.",
    look=look,
    remedies=remedies,
    precedence=10,
)
