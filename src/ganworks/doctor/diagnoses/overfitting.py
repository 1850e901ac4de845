"""D knows its training samples by heart: usual with few of them."""

from __future__ import annotations

from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy
from ganworks.doctor.history import History
from ganworks.doctor.thresholds import LONG, MEMORISED


def look(history: History) -> Finding | None:
    if "memorised" not in history:
        return None
    memorised = history.smooth("memorised", LONG)
    since = history.since(memorised > MEMORISED, LONG)
    if since is None:
        return None
    return Finding(since, {"memorised": float(memorised[-1]), "overfit": float(history.smooth("overfit", LONG)[-1])})


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    return [
        Remedy({"game": {"stabilisers": {"augmentation": {}}}}, "D cannot learn by heart what changes"),
        Remedy({"data": {"mirror": True}}, "twice as many samples, where left and right mean the same"),
    ]


diagnosis = Diagnosis(
    meaning="D tells training samples from other real ones: it knows them by heart and teaches G no more.",
    look=look,
    remedies=remedies,
    precedence=5,
)
