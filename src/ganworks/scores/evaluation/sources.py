"""The real samples that something is scored against, and their other split, which gives the floor."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ganworks.config import DataSettings
from ganworks.data.geometry import CHANNELS
from ganworks.data.hold_out import hold_out
from ganworks.data.open import open_samples
from ganworks.data.samples import DatasetSamples, Samples
from ganworks.data.spec import Spec
from ganworks.errors import GanworksError

_OTHER = {"train": "test", "test": "train"}


def open_real(
    settings: DataSettings, source: object | None = None, like: Spec | None = None, progress: bool = False
) -> tuple[Samples | DatasetSamples, Samples | DatasetSamples | None]:
    """The samples of `settings` (or of a `source` from Python) and those of the other split, where there is one.

    What `settings.hold_out` keeps from a training is not among them, and is the other split where there is none.
    Images of another shape than those of `like` are brought to it. Raises as `open_samples`.
    """
    real = open_samples(settings, source=source, progress=progress)
    if like is not None and real.spec.is_image and like.is_image and real.spec.shape != like.shape:
        settings = shaped(settings, like)
        real = open_samples(settings, source=source, progress=progress)
    learnt, held_out = hold_out(real, settings.hold_out)
    return learnt, other_split(settings, source, real, progress) or held_out


def other_split(
    settings: DataSettings, source: object | None, real: Samples | DatasetSamples, progress: bool
) -> Samples | None:
    """The test split of a source whose train split is `real`, or the other way round; None where there is none."""
    split = _OTHER.get(settings.split)
    if split is None or not isinstance(real, Samples) or not (source is None or isinstance(source, str | Path)):
        return None
    try:
        found = open_samples(settings.model_copy(update={"split": split}), source=source, progress=progress)
    except GanworksError:
        return None
    if not isinstance(found, Samples) or found.spec.shape != real.spec.shape:
        return None
    # A single IDX file is whatever split it is asked for.
    return None if len(found) == len(real) and np.array_equal(found.values, real.values) else found


def shaped(settings: DataSettings, spec: Spec) -> DataSettings:
    """The settings that decode to the shape of `spec`."""
    channels, height, width = spec.shape
    colour = next((name for name, count in CHANNELS.items() if count == channels), "auto")
    return settings.model_copy(update={"resolution": height, "width": width, "channels": colour})
