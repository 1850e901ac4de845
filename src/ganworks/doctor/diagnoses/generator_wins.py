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
    more = 2 * configuration.game.model_dump().get("discriminator_steps", 1)
    twice = Remedy({"game": {"discriminator_steps": more}}, "D learns twice as often before G follows it")
    return [
        *steady(configuration),
        *equal_rates(configuration),
        *([twice] if configuration.training.play == "alternating" else []),
    ]


diagnosis = Diagnosis(
    meaning="D ranks fakes above real samples, so G's falling loss is no progress: check that labels are not swapped.",
    look=look,
    remedies=remedies,
    precedence=10,
)
