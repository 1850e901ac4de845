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
        table: uint8 M×C×H×W in [0, 255] for images, floats M×K×3 for keypoints (x and y in pixels of the sample,
            visibility), else M×… of floats or integers.
        rows: int64 N, the row of each sample; N×M where each has several, of which every epoch draws one; by default
            sample i has row i.
        paired: whether samples and rows belong together; else rows come in an order of their own.
    """

    table: npt.NDArray[Any]
    rows: Rows | None = None
    paired: bool = True

    @property
    def is_drawn(self) -> bool:
        """Whether a sample has several rows."""
        return self.rows is not None and self.rows.ndim == 2

    def of(self, samples: Rows, draws: npt.NDArray[np.float64] | None = None) -> Rows:
        """The rows that belong to these samples; of several the one at `draws`, N in [0, 1), or the first."""
        if self.rows is None:
            return samples
        rows = self.rows[samples]
        if not self.is_drawn:
            return rows
        places = 0 if draws is None else (draws * rows.shape[1]).astype(np.int64)
        chosen: Rows = rows[np.arange(len(rows)), places]
        return chosen

    @property
    def is_image(self) -> bool:
        return self.table.dtype == np.uint8 and self.table.ndim == 4

    @property
    def is_keypoints(self) -> bool:
        return self.table.dtype.kind == "f" and self.table.ndim == 3 and self.table.shape[2] == 3

    def part(self, samples: Rows) -> Given:
        """What some samples are handed, in their order."""
        return Given(self.table, samples if self.rows is None else self.rows[samples])
