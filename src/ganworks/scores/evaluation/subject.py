"""What is scored: a generator or samples, how many there are, and whether they can be compared with the real ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from torch import Tensor

from ganworks.data.samples import DatasetSamples, Samples
from ganworks.data.spec import Spec
from ganworks.errors import GanworksError, UsageError
from ganworks.scores.evaluation.describing import shuffled, stored
from ganworks.scores.evaluation.kinds import IMAGES, kind_of

LEAST, MOST = 20, 10_000
"""Samples of each kind that are compared at least, and at most unless more are asked for."""


@dataclass(frozen=True)
class Subject:
    """What is scored.

    Args:
        name: of the run, folder or array.
        spec: shape of one sample.
        draw: so many samples, images as uint8 N×C×H×W, points N×D, and their labels where they have any.
        most: how many there are; None for a generator, which has any number.
        facts: what else is kept beside the scores: step, seed.
        notes: what was decided in decoding it.
    """

    name: str
    spec: Spec
    draw: Callable[[int], tuple[Tensor, Tensor | None]]
    most: int | None = None
    facts: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()


def subject_of(samples: Samples | DatasetSamples, name: str | None = None) -> Subject:
    """Samples as a subject; of more than are scored, some are drawn without regard to their order."""

    def draw(count: int) -> tuple[Tensor, Tensor | None]:
        return stored(samples, shuffled(len(samples), "evaluate/generated")[:count])

    return Subject(name or samples.name, samples.spec, draw, len(samples), notes=samples.notes)


def require_comparable(subject: Subject, real: Samples | DatasetSamples) -> None:
    """Raises GanworksError unless both are of one kind and shape."""
    if subject.spec.shape == real.spec.shape:
        return
    kinds = kind_of(subject.spec), kind_of(real.spec)
    held = f"{subject.name} holds {kinds[0].of(subject.spec)} and {real.name} {kinds[1].of(real.spec)}"
    if kinds == (IMAGES, IMAGES):
        raise GanworksError(
            f"{held}: bring both to one size and colour mode with --data.resolution and --data.channels"
        )
    raise GanworksError(f"{held}: score against samples of the same kind")


def count_of(
    count: int | None, subject: Subject, real: Samples | DatasetSamples, other: Samples | DatasetSamples | None
) -> int:
    """How many samples of each kind are compared; raises UsageError where that cannot be."""
    if count is not None and (isinstance(count, bool) or not isinstance(count, Integral) or count < LEAST):
        raise UsageError(f"count must be a whole number of at least {LEAST}, not {count!r}")
    for name, there in ((subject.name, subject.most), (real.name, len(real))):
        if there is not None and there < LEAST:
            raise GanworksError(f"{name} has {there} samples: fewer than {LEAST} have no score, give more")
    if count is None:
        spare = len(real) // 2 if other is None else min(len(real), len(other))
        return min(MOST, spare if subject.most is None else min(subject.most, len(real)))
    for name, there in ((subject.name, subject.most), (real.name, len(real))):
        if there is not None and there < count:
            raise UsageError(
                f"{name} has {there} samples, fewer than the {count} asked for: give --count {there} or less"
            )
    return int(count)
