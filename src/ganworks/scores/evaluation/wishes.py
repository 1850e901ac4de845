"""What can be asked of an evaluation, in one place for all who pass it on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

import torch

from ganworks.errors import UsageError, unknown
from ganworks.scores.evaluation.earlier import Source
from ganworks.scores.extractors import Wanted

OF_EXTRACTOR = ("weights", "resize", "device")
OF_TRAINING = {"mirror", "workers", "hold_out"}
"""Settings of the data that say how a training draws it."""


class Wishes(TypedDict, total=False):
    """All are optional.

    Args:
        scores: names, ``["frechet", "kid"]`` or ``"frechet,kid"``; by default those of
            `ganworks.scores.evaluation.choice.default_scores`, as far as there are samples enough for them.
        count: samples of each kind, at least 20; by default as many as there are, up to 10,000; of a generator not
            more than real ones can be compared with others of their kind.
        extractor: what describes the samples: coordinates, classifier, efficientnet-lite0, inception or an import path;
            or an nn.Module, an object with .name and .features, or a class or function that makes one of these. By
            default coordinates for points, the classifier for images with labels, else efficientnet-lite0.
        weights, resize, device: of the extractor, as `ganworks.scores.extractors.extractor` takes them.
        against: earlier scores that `Evaluation.against` compares with: an evaluation, a file that one was written to,
            or a scored run. Those of another protocol are refused before anything is computed that takes long.
        progress: show bars.
    """

    scores: str | Sequence[str] | None
    count: int | None
    extractor: Wanted | None
    weights: Path | str | None
    resize: str | None
    device: Any
    against: Source | None
    progress: bool


def require_known(wishes: Mapping[str, object]) -> None:
    """Raises UsageError for a wish that does not exist."""
    for wish in wishes:
        if wish not in Wishes.__annotations__:
            raise unknown("argument of evaluate", wish, ["seed", "settings", *Wishes.__annotations__])


def require_meaningful(settings: Mapping[str, object] | None) -> None:
    """Raises UsageError for settings of the data that say how a training draws it."""
    for name in (settings or {}).keys() & OF_TRAINING:
        raise UsageError(f"settings: {name} is for training and has no meaning in an evaluation: leave it out")


def of_extractor(wishes: Wishes) -> dict[str, Any]:
    """Those that an extractor is made by."""
    given = {name: value for name, value in wishes.items() if name in OF_EXTRACTOR}
    return {"device": "cuda" if torch.cuda.is_available() else "cpu", **given}
