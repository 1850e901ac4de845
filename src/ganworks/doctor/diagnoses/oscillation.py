"""Oscillation: the players chase each other and do not come nearer to the data."""

from __future__ import annotations

from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.clusters import restlessness
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy, lasting
from ganworks.doctor.history import History
from ganworks.doctor.overrides import equal_rates, scaled_rates, steady
from ganworks.doctor.thresholds import LONG, RESTLESS, SETTLING


def look(history: History) -> Finding | None:
    moving = restlessness(history)
    found = lasting(history, moving > RESTLESS, LONG + LONG // 2, {"restlessness": moving})
    return found if found and history.steps[-1] - found.since >= SETTLING else None


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    return [
        *steady(configuration),
        *equal_rates(configuration),
        Remedy(scaled_rates(configuration, 0.3), "smaller steps circle less far"),
    ]


diagnosis = Diagnosis(
    meaning="G jumps from one kind of sample to the next as D catches up: they circle each other and do not settle.",
    look=look,
    remedies=remedies,
    precedence=35,
)
