"""Generated samples scored against real ones, by as many scores as are asked for, on one set of features."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Unpack

from ganworks.allocation import keep_freed_memory
from ganworks.data.progress import bar
from ganworks.data.samples import DatasetSamples, Samples
from ganworks.errors import GanworksError
from ganworks.scores.evaluation.baselines import MOST_LEARNT, Real
from ganworks.scores.evaluation.choice import chosen_scores, default_extractor, default_scores, require_evidence
from ganworks.scores.evaluation.describing import describe, resizing
from ganworks.scores.evaluation.earlier import Earlier
from ganworks.scores.evaluation.evaluation import Evaluation
from ganworks.scores.evaluation.protocol import Protocol
from ganworks.scores.evaluation.subject import Subject, count_of, require_comparable
from ganworks.scores.evaluation.uncertainty import Errors, standard_errors
from ganworks.scores.evaluation.wishes import Wishes, of_extractor, require_known
from ganworks.scores.extractors import extractor as find_extractor
from ganworks.scores.extractors import title_of
from ganworks.scores.extractors.classifier_network import Classifier
from ganworks.scores.score import Values


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
        earlier.require_any([value for score in chosen.values() for value in score.better])
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
            f" real {truth.kind.plural} do not suffice for more; --count {truth.size} takes as many for all"
        )
    if len(real) > MOST_LEARNT and any("training set" in score.needs for score in chosen.values()):
        notes.append(
            f"copies are looked for among {MOST_LEARNT:,} of the {len(real):,} real {truth.kind.plural}:"
            " those of the others go unseen"
        )
    with bar("scores", len(chosen), progress) as moved:
        for done, (name, score) in enumerate(chosen.items()):
            moved(done)
            try:
                if "training set" in score.needs:
                    generated.training = truth.training
                found = score.compute(generated, facing)
            except GanworksError as error:
                failed |= dict.fromkeys(score.better, f"{name}: {error}")
                continue
            values |= found
            if undefined := [value for value in score.better if value not in found]:
                notes.append(
                    f"without {', '.join(undefined)}: not defined for samples so unlike the real ones, or so few"
                )
            errors |= standard_errors(score, found, generated, facing)
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
        protocol,
        values,
        errors,
        floor,
        ceiling,
        (truth.size, truth.about, truth.kind.noise),
        {name: better[name] for name in values},
        {**(subject.facts or {}), "time": datetime.now(UTC).isoformat(timespec="seconds")},
        tuple(notes),
        failed if scores is not None else {},
        earlier,
    )
