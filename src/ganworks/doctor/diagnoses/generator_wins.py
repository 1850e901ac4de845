"""G wins with garbage: D calls fakes real and real samples fake, so following D leads nowhere."""

from __future__ import annotations

from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy, lasting
from ganworks.doctor.history import History
from ganworks.doctor.overrides import equal_rates, steady
from ganworks.doctor.thresholds import FOOLED, LONG


def look(history: History) -> Finding | None:
    ranking = history.smooth("ranking")
    evidence = {"ranking": ranking, "remoteness": history.smooth("remoteness")}
    return lasting(history, ranking < FOOLED, LONG, evidence)


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
