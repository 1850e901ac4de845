"""Evidence whose features are drawn from a Gaussian: an image is its own number, an extractor looks its row up."""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.scores.score import Evidence


class Lookup:
    """Gives each image the row that its number names."""

    name = "lookup"

    def __init__(self, rows: Tensor) -> None:
        self.rows = rows

    def features(self, images: Tensor) -> Tensor:
        return self.rows[images.flatten().long()]


def drawn(count: int, seed: int, shift: float = 0.0, extractor: type[Lookup] = Lookup, dimensions: int = 3) -> Evidence:
    """`count` samples of N(shift, I)."""
    rows = torch.randn(count, dimensions, generator=torch.Generator().manual_seed(seed)) + shift
    evidence = Evidence(torch.arange(count).view(-1, 1, 1, 1), None, extractor(rows))
    assert len(evidence.features) == count
    return evidence
