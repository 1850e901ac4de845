"""What came of scoring: values with their standard errors, the scale to read them on, and how they were measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot
from typing import Any

from ganworks.scores.evaluation.protocol import Protocol
from ganworks.scores.evaluation.uncertainty import Errors
from ganworks.scores.score import Values


@dataclass(frozen=True)
class Evaluation:
    """The scores of a subject, each value by its name.

    Args:
        subject: name of what was scored.
        protocol: how.
        values: the scores.
        errors: their standard errors; None where too few samples tell none.
        floor, ceiling: what real images score against real ones, and with their pixels shuffled.
        baseline: how many of each these two compare, and which.
        better: for each value, whether lower or higher is better, or what is best where that is no extreme.
        facts: step and seed of a generator, time.
        notes: what could not be measured, one line each.
    """

    subject: str
    protocol: Protocol
    values: Values
    errors: Errors
    floor: Values
    ceiling: Values
    baseline: tuple[int, str]
    better: Mapping[str, str]
    facts: Mapping[str, Any]
    notes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> float:
        return self.values[name]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, the values at the top: ``{"subject": …, "frechet": 3.1, …, "protocol": {…}}``."""
        count, about = self.baseline
        return {
            "subject": self.subject,
            **self.facts,
            **self.values,
            "errors": self.errors,
            "floor": self.floor,
            "ceiling": self.ceiling,
            "baseline": {"samples": count, "floor": about},
            "protocol": self.protocol.to_dict(),
        }

    def against(
        self, other: Evaluation | Mapping[str, Any], where: str = "the other"
    ) -> dict[str, tuple[float, float]]:
        """Value by value (that of `other`, how many standard errors this one is above it).

        Raises UsageError when the two were measured by different protocols.
        """
        found = other.to_dict() if isinstance(other, Evaluation) else other
        self.protocol.require_same(found.get("protocol") or {}, where)
        return {
            name: (found[name], (value - found[name]) / (self._noise(name, found) or float("nan")))
            for name, value in self.values.items()
            if name in found
        }

    def _noise(self, name: str, other: Mapping[str, Any]) -> float:
        return hypot(self.errors.get(name) or 0.0, (other.get("errors") or {}).get(name) or 0.0)
