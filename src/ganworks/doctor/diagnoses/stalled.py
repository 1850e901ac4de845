"""Stalled: a player hardly moves."""

from __future__ import annotations

from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy, lasting
from ganworks.doctor.history import History
from ganworks.doctor.overrides import optimisers, shortened, steady
from ganworks.doctor.thresholds import LONG, STILL


def look(history: History) -> Finding | None:
    updates = {name: history.smooth(name) for name in (f"{player}/update" for player in history.players)}
    found = (lasting(history, update < STILL, LONG, {name: update}) for name, update in updates.items())
    return next(filter(None, found), None)


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    slow = {
        player: {"lr": 1e-3 if settings["name"] == "adam" else shortened(settings["lr"] * 100)}
        for player, settings in optimisers(configuration).items()
        if settings["lr"] < 1e-5
    }
    faster = [Remedy({"training": {"optimisers": slow}}, "its learning rate is too small to move it")] if slow else []
    return [*faster, *steady(configuration)]


diagnosis = Diagnosis(
    meaning="A player's weights hardly change any more, so the game stands still whatever its losses say.",
    look=look,
    remedies=remedies,
    precedence=25,
)
