"""What came of scoring: values with their standard errors, the scale to read them on, and how they were measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import hypot
from typing import Any

from ganworks.errors import GanworksError, UsageError, unknown
from ganworks.scores.evaluation.earlier import Earlier, Source
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
        floor, ceiling: what real samples score against real ones, and without their structure.
        baseline: how many of each these two compare, and what they are.
        better: for each value, whether lower or higher is better, or what is best where that is no extreme.
        versions: of the definition of each value.
        facts: step and seed of a generator, time.
        notes: what was decided for the user and what could not be measured, one line each.
        failed: why there is no value of a score that was asked for, by name of the value.
        earlier: what it was asked to be compared with.
    """

    subject: str
    protocol: Protocol
    values: Values
    errors: Errors
    floor: Values
    ceiling: Values
    baseline: tuple[int, str, str]
    better: Mapping[str, str]
    versions: Mapping[str, int]
    facts: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    earlier: Earlier | None = None

    def __getitem__(self, name: str) -> float:
        if name in self.failed:
            raise GanworksError(self.failed[name])
        if name not in self.values:
            raise unknown("score", str(name), self.values)
        return self.values[name]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, the values at the top: ``{"subject": …, "frechet": 3.1, …, "protocol": {…}}``."""
        count, floor, ceiling = self.baseline
        return {
            "subject": self.subject,
            **self.facts,
            **self.values,
            "errors": self.errors,
            "floor": self.floor,
            "ceiling": self.ceiling,
            "baseline": {"samples": count, "floor": floor, "ceiling": ceiling},
            "versions": dict(self.versions),
            "notes": list(self.notes),
            "protocol": self.protocol.to_dict(),
        }

    def against(self, other: Source | None = None, where: str = "the other") -> dict[str, tuple[float, float]]:
        """Value by value (that of `other`, how many standard errors this one is above it: NaN where none is known).

        `other` is by default what `evaluate(..., against=...)` named. Raises UsageError when the two were measured by
        different protocols or have no score in common; values whose definition has changed are left out.
        """
        earlier = self.earlier if other is None else Earlier.of(other, where)
        if earlier is None:
            raise UsageError("nothing to compare with: give another evaluation, a file of scores or a scored run")
        earlier.require_same(self.protocol)
        earlier.require_any(self.versions)
        return {
            name: (before, self._distance(name, self.values[name] - before, earlier.found))
            for name, before in earlier.of_version(self.versions).items()
        }

    def _distance(self, name: str, difference: float, other: Mapping[str, Any]) -> float:
        return difference / (self._noise(name, other) or float("nan")) if difference else 0.0

    def _noise(self, name: str, other: Mapping[str, Any]) -> float:
        return hypot(self.errors.get(name) or 0.0, (other.get("errors") or {}).get(name) or 0.0)
