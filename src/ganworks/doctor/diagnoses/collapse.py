"""Complete collapse: G makes nearly one sample, or copies of a few."""

from __future__ import annotations

from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.approach import approaching
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy, lasting
from ganworks.doctor.history import History
from ganworks.doctor.overrides import equal_rates, steady
from ganworks.doctor.thresholds import COLLAPSED, COPIED, LONG


def look(history: History) -> Finding | None:
    diversity, duplicates = history.smooth("diversity"), history.smooth("duplicates")
    # In its beginning G makes copies of something that comes nearer to the data.
    copied = (duplicates > COPIED) & ~approaching(history)
    evidence = {"diversity": diversity, "duplicates": duplicates}
    return lasting(history, (diversity < COLLAPSED) | copied, LONG, evidence)


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    return [
        *steady(configuration),
        *equal_rates(configuration),
        Remedy(
            {"game": {"stabilisers": {"packing": {"size": 2}}}}, "D sees several samples at once, so it sees copies"
        ),
    ]


diagnosis = Diagnosis(
    meaning="G makes nearly the same few samples whatever its latent, since one that fools D is all it was asked for.",
    look=look,
    remedies=remedies,
    precedence=30,
)
