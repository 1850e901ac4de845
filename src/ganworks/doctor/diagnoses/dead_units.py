"""Dead units: most of G is silent for every latent."""

from __future__ import annotations

from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy, lasting
from ganworks.doctor.history import History
from ganworks.doctor.overrides import equal_rates, scaled_rates
from ganworks.doctor.thresholds import DEAD, PATIENCE


def look(history: History) -> Finding | None:
    dead = history.smooth("dead")
    return lasting(history, dead > DEAD, PATIENCE, {"dead": dead})


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    leaky = {"activation": {"on": "generator", "kind": "leaky-relu"}}
    return [
        *equal_rates(configuration),
        Remedy({"game": {"stabilisers": leaky}}, "a leaky rectifier is never silent, so it can come back"),
        Remedy(scaled_rates(configuration, 0.1, ("generator",)), "large steps push units where they never fire again"),
    ]


diagnosis = Diagnosis(
    meaning="Most of G's units give 0 whatever the latent; they get no gradient, so they cannot recover.",
    look=look,
    remedies=remedies,
    precedence=15,
)
