"""Vanishing generator gradient: D is so sure that its verdict no longer tells G where to go."""

from __future__ import annotations

from typing import Any

import numpy as np

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy
from ganworks.doctor.history import History
from ganworks.doctor.overrides import equal_rates, steady
from ganworks.doctor.thresholds import CERTAIN, FAINT, LONG


def look(history: History) -> Finding | None:
    if "ranking" not in history or "generator/gradient" not in history:
        return None
    ranking, gradient = history.smooth("ranking"), history.smooth("generator/gradient")
    strongest = np.nanquantile(history["generator/gradient"], 0.9)
    since = history.since((ranking > CERTAIN) & (gradient < FAINT * strongest), LONG)
    if since is None:
        return None
    return Finding(since, {"ranking": float(ranking[-1]), "generator/gradient": float(gradient[-1])})


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    saturating = configuration.game.model_dump().get("objective") == "saturating"
    flipped = [Remedy({"game": {"objective": "nonsaturating"}}, "its gradient does not vanish where D is sure")]
    return [
        *equal_rates(configuration),
        *(flipped if saturating else []),
        *steady(configuration),
        Remedy({"game": {"discriminator_steps": 1}}, "D learns as often as G"),
    ]


diagnosis = Diagnosis(
    meaning="D tells real from fake without fail, and so flatly that G gets no hint which way to improve.",
    look=look,
    remedies=remedies,
    precedence=20,
)
