"""Images that nobody trained on, and those that somebody did, in [-1, 1] and in pairs."""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganworks.config import DataSettings
from ganworks.data.batches import to_unit_range
from ganworks.data.open import open_samples
from ganworks.data.pairing import IMAGE
from ganworks.data.samples import Samples


@cache
def opened(source: str, split: str = "test", **settings: Any) -> Samples:
    """A part of a source, by default the one that nobody trains on."""
    samples = open_samples(DataSettings(source=source, split=split, **settings))
    assert isinstance(samples, Samples)
    return samples


def truth(samples: Samples) -> Tensor:
    """N×C×H×W in [-1, 1]: what is wanted."""
    return to_unit_range(torch.from_numpy(np.array(samples.values)))


def given(samples: Samples, name: str = IMAGE) -> Tensor:
    """What it is to be made of: N×C'×H'×W' images in [-1, 1], or numbers as they are."""
    table = samples.given[name]
    return to_unit_range(torch.from_numpy(np.array(table.table[table.of(np.arange(len(samples)))])))


def stems(samples: Samples) -> list[str]:
    """The names of the pictures' files without folder and suffix."""
    return [PurePosixPath(name).stem for name in samples.names]


def evenly(count: int, shown: int) -> Tensor:
    """The rows of `shown` of `count` images, from the first to the last."""
    return torch.linspace(0, count - 1, shown).long()
