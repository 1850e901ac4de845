"""G wins with garbage: D calls fakes real and real samples fake, or G's loss falls while its samples grow worse."""

from __future__ import annotations

from typing import Any

import numpy as np

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy, lasting
from ganworks.doctor.history import History
from ganworks.doctor.overrides import equal_rates, steady
from ganworks.doctor.thresholds import FOOLED, LONG, WORSE
from ganworks.scores.evaluation.ranking import RANKING

LOSS = "generator/loss/adversarial"


def look(history: History) -> Finding | None:
    ranking = history.smooth("ranking")
    evidence = {"ranking": ranking, "remoteness": history.smooth("remoteness")}
    return lasting(history, ranking < FOOLED, LONG, evidence) or hollow(history)


def hollow(history: History) -> Finding | None:
    """G's loss falls from score to score, and every score is worse than the one before."""
    name = next((name for name in RANKING if name in history), None)
    if name is None:
        return None
    scores, losses = history[name], history.smooth(LOSS)
    last = np.flatnonzero(np.isfinite(scores))[-WORSE:]
    if len(last) < WORSE or not ((np.diff(scores[last]) > 0) & (np.diff(losses[last]) < 0)).all():
        return None
    return Finding(int(history.steps[last[0]]), {name: float(scores[last[-1]]), LOSS: float(losses[last[-1]])})


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    more = 2 * configuration.game.model_dump().get("discriminator_steps", 1)
    twice = Remedy({"game": {"discriminator_steps": more}}, "D learns twice as often before G follows it")
    return [
        *steady(configuration),
        *equal_rates(configuration),
        *([twice] if configuration.training.play == "alternating" else []),
    ]


diagnosis = Diagnosis(
    meaning="G fools D without nearing the data, so its falling loss is no progress: are labels swapped?",
    look=look,
    remedies=remedies,
    precedence=10,
)
