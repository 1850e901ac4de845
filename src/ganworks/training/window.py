"""The losses since the last log line, kept on the device so that no step waits for it."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.training.processes import average

GRADIENT_NORM = "gradient_norm"
"""The term under which the length of a turn's gradient is recorded beside its losses."""


MOST_ROWS = 64
"""Steps whose terms wait, each a tensor of its own, to be gathered."""


class DivergenceError(GanworksError):
    """A loss, gradient or weight stopped being a number, after or in a step."""

    def __init__(self, step: int, what: str) -> None:
        super().__init__(f"step {step}: {what}")
        self.step, self.what = step, what

    def __reduce__(self) -> tuple[type[DivergenceError], tuple[int, str]]:
        return DivergenceError, (self.step, self.what)  # it may come from another process

    def advised(self, advice: str) -> DivergenceError:
        """The same with what can be done."""
        return DivergenceError(self.step, f"{self.what}; {advice}")


class Window:
    """The terms of the steps since it was last read; they are gathered into a table only now and then."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.columns: dict[tuple[str, str], int] = {}
        self.rows: list[dict[int, Tensor]] = [{}]
        self.table = torch.empty(0, 0, device=device)

    def record(self, turn: str, terms: Mapping[str, Tensor], weight: float = 1.0) -> None:
        """Add a turn's terms to the current row, weighted; NaN and infinity stay what they are."""
        row = self.rows[-1]
        for name, term in terms.items():
            column = self.columns.setdefault((turn, name), len(self.columns))
            value = term.detach() if weight == 1 else term.detach() * weight
            row[column] = row[column] + value if column in row else value

    def newest(self) -> dict[str, Tensor]:
        """The terms of the newest whole step as `turn/loss/term`, still on the device."""
        self._gather()
        return {
            f"{turn}/loss/{term}": self.table[-1, column]
            for (turn, term), column in self.columns.items()
            if term != GRADIENT_NORM
        }

    def next_row(self) -> None:
        self.rows.append({})
        if len(self.rows) > MOST_ROWS:
            self._gather()

    def _gather(self) -> None:
        """Move what was recorded into the table; a term that a step did not have counts as nothing."""
        rows, self.rows = self.rows[:-1], self.rows[-1:]
        table = torch.zeros(len(self.table) + len(rows), len(self.columns), device=self.device)
        table[: len(self.table), : self.table.shape[1]] = self.table
        places = [(len(self.table) + i, column) for i, row in enumerate(rows) for column in row]
        if places:
            values = torch.stack([value for row in rows for value in row.values()])
            table[tuple(torch.tensor(places, device=self.device).T)] = values.to(table.dtype)
        self.table = table

    def read(self, last_step: int) -> dict[str, float]:
        """The mean of every term over the recorded steps and the processes, then empty: a term may come no more.

        Raises DivergenceError at the first value that is not a number, alike in every process.
        """
        self._gather()
        if not len(self.table):
            return {}
        rows, columns = average(self.table).cpu(), list(self.columns)
        self.table, self.columns = torch.empty(0, 0, device=self.device), {}
        bad = ~rows.isfinite()
        if bad.any():
            row, column = divmod(int(bad.flatten().int().argmax()), len(columns))
            turn, term = columns[column]
            step = last_step - len(rows) + 1 + row
            raise DivergenceError(step, f"the {turn} turn's {term} became {rows[row, column]:g}")
        means = rows.double().mean(0).tolist()
        return {f"{turn}/{term}": mean for (turn, term), mean in zip(columns, means, strict=True)}
