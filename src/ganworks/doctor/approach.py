"""Whether fakes come nearer to the data, which excuses much: a game that learns is no failure yet."""

from __future__ import annotations

import numpy as np

from ganworks.doctor.history import History, Mask, lagged
from ganworks.doctor.thresholds import LONG, NEARER


def approaching(history: History) -> Mask:
    """Where fakes are clearly nearer to the data than they had ever been ten lines before."""
    remoteness = history.smooth("remoteness")
    nearer: Mask = remoteness < NEARER * lagged(np.fmin.accumulate(remoteness), LONG)
    return nearer
