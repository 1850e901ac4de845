"""Stalled: a player hardly moves, though its schedule would let it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy, lasting
from ganworks.doctor.history import History, trailing_mean
from ganworks.doctor.overrides import optimisers, scaled_rates, shortened, steady
from ganworks.doctor.thresholds import LONG, RESTING, STILL


def look(history: History) -> Finding | None:
    for player in history.players:
        name, rate = f"{player}/update", f"{player}/rate"
        # A player that its schedule lets rest tells nothing, before or after.
        moving = [line for line in history.lines if line.get(rate, 1.0) > RESTING]
        if not moving:
            continue
        awake = history if len(moving) == len(history) else History(moving)
        at_full_rate = trailing_mean(awake[name] / np.nan_to_num(awake[rate], nan=1.0), 5)
        if found := lasting(awake, at_full_rate < STILL, LONG, {name: awake.smooth(name)}):
            return found
    return None


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    slow = {
        player: {"lr": 1e-3 if settings["name"] == "adam" else shortened(settings["lr"] * 100)}
        for player, settings in optimisers(configuration).items()
        if settings["lr"] < 1e-5
    }
    faster = [Remedy({"training": {"optimisers": slow}}, "its learning rate is too small to move it")] if slow else []
    larger = Remedy(scaled_rates(configuration, 10.0), "larger steps may leave the place where gradients are nothing")
    return [*faster, *steady(configuration), larger]


diagnosis = Diagnosis(
    meaning="A player's weights hardly change any more, so the game stands still whatever its losses say.",
    look=look,
    remedies=remedies,
    precedence=25,
)
