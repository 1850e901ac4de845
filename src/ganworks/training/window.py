"""The losses since the last log line, kept on the device so that no step waits for it."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.training.processes import average

GRADIENT_NORM = "gradient_norm"
"""The term under which the length of a turn's gradient is recorded beside its losses."""


class DivergenceError(GanworksError):
    """A loss, gradient or weight stopped being a number."""


class Window:
    """A table of steps × terms; a column is added when its term is first recorded."""

    def __init__(self, steps: int, device: torch.device) -> None:
        self.steps, self.device = steps, device
        self.columns: list[tuple[str, str]] = []
        self.first: dict[tuple[str, ...], int] = {}
        self.table = torch.empty(steps, 0, device=device)
        self.row = 0

    def record(self, turn: str, terms: Mapping[str, Tensor], weight: float = 1.0) -> None:
        """Add a turn's terms to the current row, weighted; NaN and infinity stay what they are."""
        key = (turn, *terms)
        if key not in self.first:
            self._widen(turn, terms)
        first = self.first[key]
        values = torch.stack([term.detach() for term in terms.values()])
        self.table[self.row, first : first + len(terms)].add_(values.to(self.table.dtype), alpha=weight)

    def _widen(self, turn: str, terms: Mapping[str, Tensor]) -> None:
        width = len(self.columns)
        self.first[turn, *terms] = width
        self.columns += [(turn, term) for term in terms]
        wider = torch.zeros(self.steps, len(self.columns), device=self.device)
        wider[:, :width] = self.table
        self.table = wider

    def next_row(self) -> None:
        self.row += 1

    def read(self, last_step: int) -> dict[str, float]:
        """The mean of every term over the recorded steps and the processes, then empty.

        Raises DivergenceError at the first value that is not a number, alike in every process.
        """
        if not self.row:
            return {}
        rows = average(self.table[: self.row]).cpu()
        bad = ~rows.isfinite()
        if bad.any():
            row, column = divmod(int(bad.flatten().int().argmax()), len(self.columns))
            turn, term = self.columns[column]
            raise DivergenceError(
                f"step {last_step - self.row + 1 + row}: the {turn} turn's {term} became {rows[row, column]:g};"
                " the last good checkpoint is kept: resume with a lower learning rate or --precision fp32"
            )
        means = rows.double().mean(0).tolist()
        self.table.zero_()
        self.row = 0
        # A term of a turn that does not always have the same ones is spread over several columns.
        sums: dict[str, float] = {}
        for (turn, term), mean in zip(self.columns, means, strict=True):
            sums[f"{turn}/{term}"] = sums.get(f"{turn}/{term}", 0.0) + mean
        return sums
