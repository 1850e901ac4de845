"""Generated samples scored against real ones, by as many scores as are asked for, on one set of features."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from numbers import Integral
from typing import Any

import torch
from torch import Tensor

from ganworks.allocation import keep_freed_memory
from ganworks.data.progress import bar
from ganworks.data.samples import DatasetSamples, Samples
from ganworks.data.spec import Spec
from ganworks.errors import GanworksError, UsageError, unknown
from ganworks.scores.evaluation.baselines import Real
from ganworks.scores.evaluation.choice import chosen_scores, default_extractor, default_scores
from ganworks.scores.evaluation.describing import describe, pixels, require_pictures, resizing, shuffled
from ganworks.scores.evaluation.evaluation import Evaluation
from ganworks.scores.evaluation.protocol import Protocol
from ganworks.scores.evaluation.uncertainty import Errors, standard_errors
from ganworks.scores.extractors import Wanted, title_of
from ganworks.scores.extractors import extractor as find_extractor
from ganworks.scores.extractors.classifier_network import Classifier
from ganworks.scores.score import Values

MOST = 10_000
"""Samples of each kind that are compared unless more are asked for."""
WISHES = ("weights", "resize", "device")


@dataclass(frozen=True)
class Subject:
    """What is scored.

    Args:
        name: of the run, folder or array.
        spec: shape of one sample.
        draw: so many images, uint8 N×C×H×W, and their labels where they have any.
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


def measure(
    subject: Subject,
    real: Samples | DatasetSamples,
    other: Samples | DatasetSamples | None = None,
    *,
    scores: str | Sequence[str] | None = None,
    count: int | None = None,
    extractor: Wanted | None = None,
    split: str = "train",
    progress: bool = False,
    **wishes: Any,
) -> Evaluation:
    """Score a subject against `real`.

    Args:
        subject: what is scored.
        real: what it should look like.
        other: another split of the same source, for the floor.
        scores: names of scores, ``"frechet,kid"`` or a list; by default those of `default_scores`, as far as there
            are samples enough for them.
        count: samples of each kind; by default as many as there are, up to 10,000. Where the subject is a generator,
            not more than real samples can be compared with others of their kind.
        extractor: name, import path, or what `ganworks.scores.extractors.extractor` takes in their place; by default
            the classifier where `real` has labels, else efficientnet-lite0.
        split: which part of its source `real` is.
        progress: show bars.
        wishes: weights, resize and device, as `ganworks.scores.extractors.extractor` takes them.

    Where some but not all `scores` that were asked for fail, those that did are told by `Evaluation.failed`.
    Raises UsageError for unknown names, GanworksError for samples that cannot be compared.
    """
    for wish in wishes:
        if wish not in WISHES:
            raise unknown("argument of evaluate", wish, ["scores", "count", "extractor", "seed", "settings", *WISHES])
    require_comparable(subject, real)
    chosen = chosen_scores(scores)
    wanted = default_extractor(real) if extractor is None else extractor
    size = count_of(count, subject, real, other)
    wishes.setdefault("device", "cuda" if torch.cuda.is_available() else "cpu")
    keep_freed_memory()
    with bar(f"extractor {title_of(wanted)}", 1, progress):  # which may have to be fetched or trained
        network = find_extractor(wanted, real if isinstance(real, Samples) else None, **wishes)
    knows_classes = hasattr(network, "probabilities")
    if chosen is None:
        chosen = chosen_scores(default_scores(isinstance(network, Classifier))) or {}
    if lacking := [name for name, score in chosen.items() if score.needs_classes and not knows_classes]:
        raise UsageError(f"{lacking[0]} needs class probabilities, which {network.name} does not give: leave it out")
    truth = Real(real, other, size, network, progress)
    facing = truth.evidence
    generated = describe(*subject.draw(size), network, subject.name, progress, subject.spec.classes)
    truth.prepare(chosen)
    values: Values = {}
    errors: Errors = {}
    floor: Values = {}
    ceiling: Values = {}
    better = {name: direction for score in chosen.values() for name, direction in score.better.items()}
    failed: dict[str, str] = {}
    notes = [f"{side.name}: {note}" for side in (subject, real) for note in side.notes]
    if truth.size != size:
        notes.append(
            f"floor and ceiling are of {truth.size} samples, the scores of {size}, and most depend on the number:"
            f" real images do not suffice for more; --count {truth.size} takes as many for all"
        )
    with bar("scores", len(chosen), progress) as moved:
        for done, (name, score) in enumerate(chosen.items()):
            moved(done)
            try:
                values |= score.compute(generated, facing)
            except GanworksError as error:
                failed |= dict.fromkeys(score.better, f"{name}: {error}")
                continue
            errors |= standard_errors(score, generated, facing)
            try:
                baseline = truth.baseline(name, score)
            except GanworksError as error:
                notes.append(f"{name} without floor and ceiling: {error}")
                continue
            floor |= baseline.floor
            ceiling |= baseline.ceiling
    if not values:
        raise GanworksError(next(iter(failed.values())))
    if scores is None:
        notes += [f"without {reason}" for reason in dict.fromkeys(failed.values())]
    return Evaluation(
        subject.name,
        Protocol(network.name, resizing(network), real.name, real.digest, split, size, size),
        values,
        errors,
        floor,
        ceiling,
        (truth.size, truth.about),
        {name: better[name] for name in values},
        {**(subject.facts or {}), "time": datetime.now(UTC).isoformat(timespec="seconds")},
        tuple(notes),
        failed if scores is not None else {},
    )


def require_comparable(subject: Subject, real: Samples | DatasetSamples) -> None:
    """Raises GanworksError unless both are images of one shape."""
    for name, spec in ((subject.name, subject.spec), (real.name, real.spec)):
        require_pictures(name, spec)
    if subject.spec.shape != real.spec.shape:
        shapes = ["×".join(map(str, spec.shape)) for spec in (subject.spec, real.spec)]
        raise GanworksError(
            f"{subject.name} holds images of {shapes[0]} and {real.name} of {shapes[1]}:"
            " bring both to one size and colour mode with --data.resolution and --data.channels"
        )


def count_of(
    count: int | None, subject: Subject, real: Samples | DatasetSamples, other: Samples | DatasetSamples | None
) -> int:
    """How many samples of each kind are compared; raises UsageError where that cannot be."""
    if count is not None and (isinstance(count, bool) or not isinstance(count, Integral) or count < 2):
        raise UsageError(f"count must be a whole number of at least 2, not {count!r}")
    if count is None:
        spare = len(real) // 2 if other is None else min(len(real), len(other))
        return min(MOST, spare if subject.most is None else min(subject.most, len(real)))
    for name, there in ((subject.name, subject.most), (real.name, len(real))):
        if there is not None and there < count:
            raise UsageError(
                f"{name} has {there} samples, fewer than the {count} asked for: give --count {there} or less"
            )
    return int(count)


def subject_of(samples: Samples | DatasetSamples, name: str | None = None) -> Subject:
    """Samples as a subject; of more than are scored, some are drawn without regard to their order."""

    def draw(count: int) -> tuple[Tensor, Tensor | None]:
        return pixels(samples, shuffled(len(samples), "evaluate/generated")[:count])

    return Subject(name or samples.name, samples.spec, draw, len(samples), notes=samples.notes)
