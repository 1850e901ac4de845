"""Whether fakes come nearer to the data, which excuses much: a game that learns is no failure yet."""

from __future__ import annotations

import numpy as np

from ganworks.doctor.history import History, Mask
from ganworks.doctor.thresholds import LONG, NEARER


def approaching(history: History) -> Mask:
    """Where fakes are clearly nearer to the data than they had ever been ten lines before, or at the first line."""
    remoteness = history.smooth("remoteness")
    before = np.maximum(0, np.arange(len(history)) - LONG)
    nearer: Mask = remoteness < NEARER * np.fmin.accumulate(remoteness)[before]
    return nearer
