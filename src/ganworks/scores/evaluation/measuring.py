"""Generated samples scored against real ones, by as many scores as are asked for, on one set of features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar, Unpack

from ganworks.allocation import keep_freed_memory
from ganworks.data.progress import bar
from ganworks.data.samples import DatasetSamples, Samples
from ganworks.errors import GanworksError
from ganworks.scores.evaluation.baselines import Baseline, Real
from ganworks.scores.evaluation.choice import chosen_scores, default_extractor, default_scores, require_evidence
from ganworks.scores.evaluation.describing import describe, resizing
from ganworks.scores.evaluation.earlier import Earlier
from ganworks.scores.evaluation.evaluation import Evaluation
from ganworks.scores.evaluation.notes import notes_on
from ganworks.scores.evaluation.protocol import Protocol
from ganworks.scores.evaluation.subject import Subject, count_of, require_comparable
from ganworks.scores.evaluation.uncertainty import Errors, standard_errors
from ganworks.scores.evaluation.wishes import Wishes, of_extractor, require_known
from ganworks.scores.extractors import extractor as find_extractor
from ganworks.scores.extractors import title_of
from ganworks.scores.extractors.classifier_network import Classifier
from ganworks.scores.score import Evidence, Score, Values

T = TypeVar("T")


def measure(
    subject: Subject,
    real: Samples | DatasetSamples,
    other: Samples | DatasetSamples | None = None,
    *,
    split: str = "train",
    **wishes: Unpack[Wishes],
) -> Evaluation:
    """Score a subject against `real`.

    Args:
        subject: what is scored.
        real: what it should look like.
        other: another split of the same source, for the floor.
        split: which part of its source `real` is.
        wishes: as `Wishes` tells.

    Where some but not all scores that were asked for fail, those that did are told by `Evaluation.failed`.
    Raises UsageError for unknown names and for earlier scores of another protocol, GanworksError for samples that
    cannot be compared.
    """
    require_known(wishes)
    scores, progress = wishes.get("scores"), wishes.get("progress", False)
    earlier = None if (against := wishes.get("against")) is None else Earlier.of(against)
    require_comparable(subject, real)
    chosen = chosen_scores(scores)
    wanted = default_extractor(real) if (asked := wishes.get("extractor")) is None else asked
    size = count_of(wishes.get("count"), subject, real, other)
    protocol = Protocol("", "", real.name, real.digest, split, size, size)
    if earlier is not None:
        earlier.require_same(protocol, but=("extractor", "resize"))
    keep_freed_memory()
    with bar(f"extractor {title_of(wanted)}", 1, progress):  # which may have to be fetched or trained
        network = find_extractor(wanted, real if isinstance(real, Samples) else None, **of_extractor(wishes))
    protocol = replace(protocol, extractor=network.name, resize=resizing(network))
    if chosen is None:
        chosen = chosen_scores(default_scores(isinstance(network, Classifier), real.mixture is not None)) or {}
    require_evidence(chosen, network, real)
    if earlier is not None:
        earlier.require_same(protocol)
        earlier.require_any({value: score.version for score in chosen.values() for value in score.better})
    truth = Real(real, other, size, network, progress)
    _ = truth.evidence
    generated = describe(*subject.draw(size), network, subject.name, progress, subject.spec.classes)
    truth.prepare(chosen)
    taken = []
    with bar("scores", len(chosen), progress) as moved:
        for done, (name, score) in enumerate(chosen.items()):
            moved(done)
            taken.append(outcome(name, score, generated, truth))
    failed = {name: reason for one in taken for name, reason in one.failed.items()}
    values = merged(one.values for one in taken)
    if not values:
        raise GanworksError(next(iter(failed.values())))
    notes = notes_on(subject, truth, chosen) + [note for one in taken for note in one.notes]
    if scores is None:
        notes += [f"without {reason}" for reason in dict.fromkeys(failed.values())]
    return Evaluation(
        subject.name,
        protocol,
        values,
        merged(one.errors for one in taken),
        merged(one.baseline.floor for one in taken),
        merged(one.baseline.ceiling for one in taken),
        (truth.size, truth.about, truth.kind.noise),
        {name: score.better[name] for score in chosen.values() for name in score.better if name in values},
        {name: score.version for score in chosen.values() for name in score.better if name in values},
        {**(subject.facts or {}), "time": datetime.now(UTC).isoformat(timespec="seconds")},
        tuple(notes),
        failed if scores is not None else {},
        earlier,
    )


@dataclass(frozen=True)
class Outcome:
    """What came of one score.

    Args:
        values, errors, baseline: as far as they are defined.
        failed: why there are no values, by their names.
        notes: what is to be said of it.
    """

    values: Values = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)
    baseline: Baseline = field(default_factory=lambda: Baseline({}, {}))
    failed: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def outcome(name: str, score: Score, generated: Evidence, truth: Real) -> Outcome:
    """One score of what was generated against the real samples; no failure of it is one of the others."""
    try:
        if "training set" in score.needs:
            generated.training = truth.training
        facing = truth.facing(score)
        values = score.compute(generated, facing)
    except GanworksError as error:
        return Outcome(failed=dict.fromkeys(score.better, f"{name}: {error}"))
    notes = []
    if undefined := [value for value in score.better if value not in values]:
        notes.append(f"without {', '.join(undefined)}: not defined for samples so unlike the real ones, or so few")
    errors = standard_errors(score, values, generated, facing)
    try:
        return Outcome(values, errors, truth.baseline(name, score), notes=tuple(notes))
    except GanworksError as error:
        return Outcome(values, errors, notes=(*notes, f"{name} without floor and ceiling: {error}"))


def merged(found: Iterable[Mapping[str, T]]) -> dict[str, T]:
    """All of them in one."""
    return {name: value for some in found for name, value in some.items()}
