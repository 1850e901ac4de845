"""The signals of a training so far, as arrays over its recorded steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

Series = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class History:
    """Signals by name; NaN where a line lacks one.

    Args:
        lines: of signals.jsonl, in the order of their steps.
    """

    def __init__(self, lines: Sequence[Mapping[str, Any]]) -> None:
        self.lines = lines
        self.steps = np.array([int(line["step"]) for line in lines], dtype=np.int64)
        self.series: dict[str, Series] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, name: str) -> bool:
        return any(line.get(name) is not None for line in self.lines)

    def __getitem__(self, name: str) -> Series:
        if name not in self.series:  # float64 makes NaN of None
            self.series[name] = np.array([line.get(name) for line in self.lines], dtype=np.float64)
        return self.series[name]

    def smooth(self, name: str, over: int = 5) -> Series:
        """The mean of the last `over` lines at every line, of what is known of them."""
        return trailing_mean(self[name], over)

    @cached_property
    def players(self) -> list[str]:
        """The turns that are recorded."""
        names = dict.fromkeys(chain.from_iterable(self.lines))
        return list(dict.fromkeys(name.split("/")[0] for name in names if "/" in name))

    @cached_property
    def clusters(self) -> Series:
        """L×K counts of fakes in the clusters of the newest data, 0 in lines without; K = 0 when no line has any."""
        told = [line.get("clusters") or [] for line in self.lines]
        width = next((len(counts) for counts in reversed(told) if counts), 0)
        rows = [counts if len(counts) == width else [0.0] * width for counts in told]
        return np.array(rows, dtype=np.float64).reshape(len(self), width)

    @cached_property
    def shares(self) -> Series:
        """K: the share of the data in each cluster; even ones where no line tells."""
        width = self.clusters.shape[1]
        told = [shares for line in self.lines if (shares := line.get("cluster_shares"))]
        return np.array(told[-1]) if told and len(told[-1]) == width else np.full(width, 1 / max(1, width))

    def since(self, mask: Mask, patience: int) -> int | None:
        """The step at which the streak began in which `mask` holds to the end; None if it is under `patience` lines."""
        streak = len(mask) if mask.all() else int(np.argmin(mask[::-1]))
        return int(self.steps[len(mask) - streak]) if streak >= max(1, patience) else None


def trailing_mean(values: Series, over: int) -> Series:
    """The mean of the last `over` values at every place, NaN left out; NaN where all of them are."""
    # Every window summed by itself: in a difference of running sums one huge value would swallow all that follow.
    known, window = np.isfinite(values), np.ones(over)
    with np.errstate(invalid="ignore"):
        mean: Series = np.convolve(np.where(known, values, 0.0), window) / np.convolve(known, window)
    return mean[: len(values)]


def lagged(values: Series, by: int) -> Series:
    """The value `by` places before each; NaN where there is none."""
    return np.concatenate([np.full(min(by, len(values)), np.nan), values[: max(0, len(values) - by)]])


def trailing_sum(counts: Series, over: int) -> Series:
    """L×K: the sum of the last `over` rows at every row."""
    sums = np.concatenate([np.zeros((1, counts.shape[1])), np.cumsum(counts, 0)])
    start = np.maximum(0, np.arange(1, len(counts) + 1) - over)
    total: Series = sums[1:] - sums[start]
    return total
