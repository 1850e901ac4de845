"""By which scores and on which features samples are compared: as asked for, and by default."""

from __future__ import annotations

from collections.abc import Sequence

from ganworks.data.samples import DatasetSamples, Samples
from ganworks.errors import UsageError
from ganworks.lookup import module, names
from ganworks.scores.score import Score

DEFAULT_SCORES = ("frechet", "kid", "precision-recall", "density-coverage")
WITH_CLASSES = ("inception-score", "histogram")


def default_extractor(real: Samples | DatasetSamples) -> str:
    """The classifier of real images that have labels, else what needs none."""
    labelled = isinstance(real, Samples) and real.labels is not None and len(real.spec.classes) > 1
    return "classifier" if labelled else "efficientnet-lite0"


def chosen_scores(wanted: str | Sequence[str] | None) -> dict[str, Score] | None:
    """The scores by the names that are wanted; raises UsageError for one that does not exist, and for none at all."""
    if wanted is None:
        return None
    given = wanted.split(",") if isinstance(wanted, str) else wanted
    asked = [name.strip() for name in given if name.strip()]
    if not asked:
        valid = ", ".join(names("ganworks.scores", "score"))
        raise UsageError(f"scores names none: leave it out, or name some of {valid}")
    modules = {name: module("score", "ganworks.scores", name, "score") for name in asked}
    return {name.lower().replace("_", "-"): found.score for name, found in modules.items()}


def default_scores(own_classes: bool) -> tuple[str, ...]:
    """What is computed when nothing is asked for; with scores of classes where they are those of the real images."""
    return (*DEFAULT_SCORES, *(WITH_CLASSES if own_classes else ()))
