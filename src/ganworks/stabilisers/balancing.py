"""Balancing the players by their losses: who is ahead waits for the other (Chintala et al. 2016, tip 14).

Intuitive, but unreliable: a loss says little about how good a player is, and a D that waits gives G stale advice
(Goodfellow 2016, arXiv:1701.00160, section 5.2, prefers k steps or a better objective). Two learning rates, gradient
penalties or smoothing are what to try first.
"""

from __future__ import annotations

import torch

from ganworks.errors import UsageError
from ganworks.stabilisers.stabiliser import Adversarial, Player, Sight, Stabiliser, Terms

FOLLOW = 0.1
"""Weight of a turn in the running mean of D's loss."""


class Balancing(Stabiliser):
    """D's terms count only while its mean loss ℓ > `low`·ℓ₀, G's only while ℓ < `high`·ℓ₀.

    ℓ₀ is D's loss when it cannot tell real from fake (2 log 2 for the non-saturating game); ℓ follows the adversarial
    term, a scalar, with a weight of 0.1 a turn. Who waits has gradients of 0, not moments: Adam's coast on for a few
    steps.
    """

    caution = (
        "balancing is intuitive but unreliable, as losses say little about who is ahead:"
        " two learning rates, a gradient penalty or smoothing are what to try first"
    )
    loss: torch.Tensor
    heard: torch.Tensor

    def __init__(self, low: float = 0.5, high: float = 1.5) -> None:
        super().__init__()
        if not 0 <= low < high:
            raise UsageError(f"balancing: low={low} must be at least 0 and below high={high}")
        self.low, self.high, self.parts = low, high, 0

    def adversarial(self, loss: Adversarial, objective: object) -> Adversarial:
        margin = getattr(objective, "margin", None)
        if margin is None:
            raise UsageError(
                "balancing: this objective's loss has no value at which neither player leads; all but wasserstein have"
            )
        undecided = -margin(torch.zeros(1), torch.zeros(1))
        self.even = float(objective.discriminator(undecided, undecided))  # type: ignore[attr-defined]
        self.register_buffer("loss", torch.tensor(self.even))
        self.register_buffer("heard", torch.tensor(0.0), persistent=False)
        return loss

    def terms(self, terms: Terms, sight: Sight) -> Terms:
        if sight.player == "discriminator":
            self.heard += sight.over_all(terms["adversarial"].detach())
            self.parts += 1
            learns = self.loss > self.low * self.even
        else:
            learns = self.loss < self.high * self.even
        return {name: learns * term for name, term in terms.items()}

    @torch.no_grad()
    def afterwards(self, player: Player, network: torch.nn.Module) -> None:
        if player == "discriminator":
            self.loss.lerp_(self.heard / self.parts, FOLLOW)
            self.heard.zero_()
            self.parts = 0


stabiliser = Balancing
