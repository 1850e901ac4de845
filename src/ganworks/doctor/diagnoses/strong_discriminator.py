"""D too strong: so sure that its verdict no longer tells G where to go, whose gradient vanishes or points anywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from ganworks.config import Configuration
from ganworks.doctor.approach import approaching
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy, lasting
from ganworks.doctor.history import History
from ganworks.doctor.overrides import equal_rates, scaled_rates, steady
from ganworks.doctor.thresholds import APART, CERTAIN, FAINT, LONG


def look(history: History) -> Finding | None:
    if "generator/gradient" not in history:
        return None
    ranking, gradient = history.smooth("ranking"), history.smooth("generator/gradient")
    bound = history.smooth("jsd_bound")
    strongest = np.nanquantile(history["generator/gradient"], 0.9)
    lost = (bound > APART) | (gradient < FAINT * strongest)
    evidence = {"ranking": ranking, "jsd_bound": bound, "generator/gradient": gradient}
    return lasting(history, (ranking > CERTAIN) & lost & ~approaching(history), LONG, evidence)


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    saturating = configuration.game.model_dump().get("objective") == "saturating"
    flipped = [Remedy({"game": {"objective": "nonsaturating"}}, "its gradient does not vanish where D is sure")]
    return [
        *steady(configuration),
        *equal_rates(configuration),
        *(flipped if saturating else []),
        Remedy({"game": {"discriminator_steps": 1}}, "D learns as often as G"),
        Remedy(scaled_rates(configuration, 0.25, ("discriminator",)), "D moves less in a step, so that G can follow"),
    ]


diagnosis = Diagnosis(
    meaning="D tells real from fake without fail, so its loss is next to nothing and G gets no hint how to improve.",
    look=look,
    remedies=remedies,
    precedence=20,
)
