"""Stalled: a player hardly moves."""

from __future__ import annotations

from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy
from ganworks.doctor.history import History
from ganworks.doctor.overrides import optimisers, steady
from ganworks.doctor.thresholds import LONG, STILL


def look(history: History) -> Finding | None:
    for player in history.players:
        update = history.smooth(f"{player}/update")
        since = history.since(update < STILL, LONG)
        if since is not None:
            return Finding(since, {f"{player}/update": float(update[-1])})
    return None


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    slow = {
        player: {"lr": 1e-3 if settings["name"] == "adam" else settings["lr"] * 100}
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
