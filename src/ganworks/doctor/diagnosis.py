"""What the doctor can conclude: one failure, its evidence, what it means and what helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ganworks.config import Configuration
from ganworks.doctor.history import History, Mask, Series
from ganworks.tree import Tree

Severity = Literal["warning", "failing"]


@dataclass(frozen=True)
class Finding:
    """That a failure is there.

    Args:
        since: the step at which it began.
        evidence: the signals that show it, by their names, as they are now.
        severity: whether the training is failing, or only something is odd.
    """

    since: int
    evidence: dict[str, float]
    severity: Severity = "failing"


def lasting(
    history: History, holds: Mask, patience: int, evidence: Mapping[str, Series], severity: Severity = "failing"
) -> Finding | None:
    """What has held without a break for `patience` lines up to now, shown by the last values of its evidence.

    What is not recorded is NaN, which is neither above nor below any limit, and no evidence.
    """
    since = history.since(holds, patience)
    last = {name: float(row[-1]) for name, row in evidence.items() if np.isfinite(row[-1])}
    return None if since is None else Finding(since, last, severity)


@dataclass(frozen=True)
class Remedy:
    """A change of configuration, and why it should help."""

    overrides: Tree
    why: str


@dataclass(frozen=True)
class Diagnosis:
    """A failure mode: `diagnosis = Diagnosis(...)` in a module of `diagnoses` is found by its name.

    Args:
        meaning: what it is, in one sentence that a student understands.
        look: finds it in the signals alone.
        remedies: what helps, what helped most first; these may read the configuration.
        precedence: of several failures that are found, that with the lowest is told first: causes before symptoms.
    """

    meaning: str
    look: Callable[[History], Finding | None]
    remedies: Callable[[Configuration[Any]], list[Remedy]]
    precedence: int


@dataclass(frozen=True)
class Diagnosed:
    """A diagnosis of one training."""

    name: str
    severity: Severity
    since: int
    evidence: dict[str, float]
    meaning: str
