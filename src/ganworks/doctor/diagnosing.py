"""All diagnoses over the signals of a training, the most telling first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosed, Diagnosis, Remedy
from ganworks.doctor.history import History
from ganworks.doctor.thresholds import SPACING
from ganworks.errors import UsageError
from ganworks.lookup import module, names
from ganworks.scores.evaluation.ranking import RANKING
from ganworks.tree import merge, validated

DIAGNOSES = "ganworks.doctor.diagnoses"
KEPT = {"cluster_shares", "not_finite", *RANKING}
"""What few lines tell: what never changes, that numbers are none, a score."""


@cache
def diagnoses() -> dict[str, Diagnosis]:
    """Every diagnosis by its name, in the order in which they are told."""
    found: dict[str, Diagnosis] = {
        name: module("diagnosis", DIAGNOSES, name, "diagnosis").diagnosis for name in names(DIAGNOSES, "diagnosis")
    }
    return dict(sorted(found.items(), key=lambda entry: entry[1].precedence))


def diagnose(lines: Sequence[Mapping[str, Any]]) -> list[Diagnosed]:
    """What is wrong with a training whose signals these are: failures first, in order of precedence, then warnings."""
    if not lines:
        return []
    history = History(spaced(lines))
    found = [
        Diagnosed(name, finding.severity, finding.since, finding.evidence, diagnosis.meaning)
        for name, diagnosis in diagnoses().items()
        if (finding := diagnosis.look(history)) is not None
    ]
    return sorted(found, key=lambda diagnosed: diagnosed.severity != "failing")


def spaced(lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of lines that lie closer than patience was measured with only as many as were there then.

    Those stay that tell what few lines do.
    """
    kept, due = [], 0
    for line in lines:
        if line["step"] >= due or not KEPT.isdisjoint(line):
            kept.append(line)
            due = line["step"] + SPACING
    return kept


def remedies(name: str, configuration: Configuration[Any], plays: Callable[[Configuration[Any]], bool]) -> list[Remedy]:
    """What helps against a diagnosis and changes a training of `configuration`, what helped most first.

    `plays` says of a changed configuration whether it can be trained: a game may refuse it, or its data.
    """

    def helps(remedy: Remedy) -> bool:
        try:
            changed = treated(configuration, remedy)
        except UsageError:  # a family of one's own need not have what it changes
            return False
        return changed != configuration and plays(changed)

    found: dict[str, Remedy] = {}  # of several ways to the same end the first that plays
    for remedy in diagnoses()[name].remedies(configuration):
        if remedy.why not in found and helps(remedy):
            found[remedy.why] = remedy
    return list(found.values())


def treated(configuration: Configuration[Any], remedy: Remedy) -> Configuration[Any]:
    """The configuration with a remedy; raises UsageError where it has no such setting."""
    return validated(type(configuration), merge(configuration.model_dump(mode="json"), remedy.overrides))
