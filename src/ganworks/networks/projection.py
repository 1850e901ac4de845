"""The projection discriminator's last layer (Miyato & Koyama 2018, arXiv:1802.05637, eq. 3)."""

from __future__ import annotations

from torch import Tensor, nn


class Projection(nn.Module):
    """ψ(φ) + ⟨V y, φ⟩ for features φ (N×D) and condition y (N×conditions): N×1 logits; ψ(φ) without one."""

    def __init__(self, features: int, conditions: int = 0) -> None:
        super().__init__()
        self.logit = nn.Linear(features, 1)
        self.embed = nn.Linear(conditions, features, bias=False) if conditions else None

    def forward(self, features: Tensor, condition: Tensor | None = None) -> Tensor:
        logits: Tensor = self.logit(features)
        if self.embed is None or condition is None:
            return logits
        aligned: Tensor = (self.embed(condition) * features).sum(1, keepdim=True)
        return logits + aligned
