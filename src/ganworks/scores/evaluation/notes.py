"""What is to be said of the samples that scores compare."""

from __future__ import annotations

from collections.abc import Mapping

from ganworks.scores.evaluation import baselines
from ganworks.scores.evaluation.baselines import Real
from ganworks.scores.evaluation.subject import Subject
from ganworks.scores.score import Score


def notes_on(subject: Subject, real: Real, scores: Mapping[str, Score]) -> list[str]:
    """How they were decoded, and where there are fewer than these scores would need; one line each."""
    notes = [f"{side.name}: {note}" for side in (subject, real.samples) for note in side.notes]
    kind, most = real.kind.plural, baselines.MOST_LEARNT
    if real.size != real.count:
        notes.append(
            f"floor and ceiling are of {real.size} samples, the scores of {real.count}, and most depend on the number:"
            f" real {kind} do not suffice for more; --count {real.size} takes as many for all"
        )
    if len(real.samples) > most and any("training set" in score.needs for score in scores.values()):
        notes.append(
            f"copies are looked for among {most:,} of the {len(real.samples):,} real {kind}:"
            " those of the others go unseen"
        )
    for name, score in scores.items():
        if "unseen" in score.needs:
            tested = f"{real.size:,} real {kind} of the other split"
            if real.other is None:
                tested = f"the real {kind} that may have been learnt from: there is no other split"
            notes.append(f"{name} is tested on {tested}")
    return notes
