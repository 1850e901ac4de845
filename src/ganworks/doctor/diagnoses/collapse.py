"""Complete collapse: G makes nearly one sample."""

from __future__ import annotations

from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy, lasting
from ganworks.doctor.history import History
from ganworks.doctor.overrides import equal_rates, steady
from ganworks.doctor.thresholds import COLLAPSED, LONG


def look(history: History) -> Finding | None:
    diversity = history.smooth("diversity")
    evidence = {"diversity": diversity, "duplicates": history.smooth("duplicates")}
    return lasting(history, diversity < COLLAPSED, LONG, evidence)


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    return [
        *steady(configuration),
        *equal_rates(configuration),
        Remedy(
            {"game": {"stabilisers": {"packing": {"size": 2}}}}, "D sees several samples at once, so it sees copies"
        ),
    ]


diagnosis = Diagnosis(
    meaning="G makes nearly the same sample whatever its latent, since one that fools D is all it was asked for.",
    look=look,
    remedies=remedies,
    precedence=30,
)
