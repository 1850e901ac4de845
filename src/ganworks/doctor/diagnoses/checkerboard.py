"""Checkerboard: a pattern of G's own layers on every image."""

from __future__ import annotations

from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy
from ganworks.doctor.history import History
from ganworks.doctor.thresholds import CHECKERED, LONG


def look(history: History) -> Finding | None:
    if "checkerboard" not in history:
        return None
    pattern = history.smooth("checkerboard", LONG)
    since = history.since(pattern > CHECKERED, 2 * LONG)
    return None if since is None else Finding(since, {"checkerboard": float(pattern[-1])}, "warning")


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    return [
        Remedy({"game": {"generator": "resnet"}}, "doubles by repeating pixels, which leaves no pattern"),
        Remedy({"game": {"generator": "dcgan"}}, "its kernels of 4 are divisible by their stride of 2"),
    ]


diagnosis = Diagnosis(
    meaning="Fakes carry a grid of G's strided layers: kernels that the stride does not divide overlap unevenly.",
    look=look,
    remedies=remedies,
    precedence=60,
)
