"""Checkerboard: a pattern of G's own layers on every image."""

from __future__ import annotations

from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy, lasting
from ganworks.doctor.history import History
from ganworks.doctor.overrides import shortened
from ganworks.doctor.thresholds import CHECKERED, LONG


def look(history: History) -> Finding | None:
    pattern = history.smooth("checkerboard", LONG)
    return lasting(history, pattern > CHECKERED, 2 * LONG, {"checkerboard": pattern}, "warning")


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    weight = configuration.game.model_dump().get("adversarial")
    less = {"game": {"adversarial": shortened(0.3 * weight)}} if weight else {}
    return [
        Remedy({"game": {"generator": "resnet"}}, "doubles by repeating pixels, which leaves no pattern"),
        Remedy({"game": {"generator": "dcgan"}}, "its kernels of 4 are divisible by their stride of 2"),
        Remedy({"game": {"generator": {"up": "nearest"}}}, "repeated pixels before a convolution leave no pattern"),
        Remedy({"game": {"discriminator": "patchgan"}}, "kernels of 4 by 2 teach no pattern, as uneven ones do"),
        *([Remedy(less, "the truth, which has no pattern, weighs more beside what D teaches")] if less else []),
    ]


diagnosis = Diagnosis(
    meaning="Fakes carry a grid of G's strided layers: kernels that the stride does not divide overlap unevenly.",
    look=look,
    remedies=remedies,
    precedence=60,
)
