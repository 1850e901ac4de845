"""By which scores and on which features samples are compared: as asked for, and by default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ganworks.data.samples import DatasetSamples, Samples
from ganworks.data.toys import TOYS
from ganworks.errors import UsageError
from ganworks.lookup import module, names
from ganworks.scores.score import Extractor, Score

DEFAULT_SCORES = ("frechet", "kid", "precision-recall", "density-coverage")
WITH_CLASSES = ("inception-score", "histogram")
OF_A_MIXTURE = ("mixture-modes",)


def default_extractor(real: Samples | DatasetSamples) -> str:
    """The coordinates of points; the classifier of real images that have labels, else what needs none."""
    if not real.spec.is_image:
        return "coordinates"
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


def default_scores(own_classes: bool, mixture: bool = False) -> tuple[str, ...]:
    """What is computed when nothing is asked for; with scores of classes where they are those of the real images, and
    with those of modes where these are known.
    """
    return (*(OF_A_MIXTURE if mixture else ()), *DEFAULT_SCORES, *(WITH_CLASSES if own_classes else ()))


def require_evidence(scores: Mapping[str, Score], extractor: Extractor, real: Samples | DatasetSamples) -> None:
    """Raises UsageError where a score needs what neither the extractor nor the real samples give."""
    lacking = {}
    if not hasattr(extractor, "probabilities"):
        lacking["classes"] = f"class probabilities, which {extractor.name} does not give"
    if real.mixture is None:
        lacking["mixture"] = f"real samples of a known mixture ({' or '.join(TOYS)}), which {real.name} is not"
    for name, score in scores.items():
        for need in score.needs:
            if need in lacking:
                raise UsageError(f"{name} needs {lacking[need]}: leave it out")
