"""What a translator is handed with every sample: an input picture, keypoints, an identity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Given:
    """A table of which every sample has a row.

    Args:
        table: uint8 M×C×H×W in [0, 255] for images, else M×… of floats or integers.
        rows: int64 N, the row of each sample; by default sample i has row i.
        paired: whether samples and rows belong together; else rows come in an order of their own.
    """

    table: npt.NDArray[Any]
    rows: Rows | None = None
    paired: bool = True

    def of(self, samples: Rows) -> Rows:
        """The rows that belong to these samples."""
        return samples if self.rows is None else self.rows[samples]

    @property
    def is_image(self) -> bool:
        return self.table.dtype == np.uint8 and self.table.ndim == 4

    def part(self, samples: Rows) -> Given:
        """The rows of some samples, in their order."""
        return Given(self.table, self.of(samples))
