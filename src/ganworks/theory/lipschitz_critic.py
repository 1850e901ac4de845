"""A critic that is 1-Lipschitz by construction, and can have slope 1 everywhere (Anil, Lucas & Grosse 2019,
arXiv:1811.05381): orthogonal matrices, and an activation that sorts pairs.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import orthogonal


class LipschitzCritic(nn.Module):
    """dimensions → width → width → 1, N×D to N×1; |f(x) − f(y)| ≤ |x − y| whatever its parameters (width even).

    So it needs no penalty, whose weight would bias the Wasserstein distance that it estimates: a gradient penalty λ
    lets the slope exceed 1 by W/2λ.
    """

    def __init__(self, dimensions: int, width: int = 16) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            orthogonal(nn.Linear(dimensions, width), orthogonal_map="cayley"),
            MaxMin(),
            orthogonal(nn.Linear(width, width), orthogonal_map="cayley"),
            MaxMin(),
            orthogonal(nn.Linear(width, 1), orthogonal_map="cayley"),
        )

    def forward(self, samples: Tensor) -> Tensor:
        outputs: Tensor = self.layers(samples)
        return outputs


class MaxMin(nn.Module):
    """Sorts each pair of units: like ReLU it folds, unlike it its gradient keeps its norm."""

    def forward(self, units: Tensor) -> Tensor:
        first, second = units.chunk(2, dim=1)
        return torch.cat([torch.maximum(first, second), torch.minimum(first, second)], dim=1)
