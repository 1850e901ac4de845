"""Historical averaging: a pull to where the parameters have been (Salimans et al. 2016, section 3.3)."""

from __future__ import annotations

from math import inf

import torch
from torch import Tensor, nn

from ganworks.errors import UsageError
from ganworks.stabilisers.stabiliser import Player, Players, Sight, Stabiliser, Terms, chosen


class HistoricalAveraging(Stabiliser):
    """`weight` · ‖θ − 1/t Σᵢ θ[i]‖² in either player's loss, over its t moves so far; nothing before the first.

    θ are all parameters of a player as one vector.
    """

    def __init__(self, weight: float = 0.01) -> None:
        super().__init__()
        if not 0 < weight < inf:
            raise UsageError(f"historical-averaging: weight={weight} must be above 0 and finite")
        self.weight = weight

    def settle(self, players: Players) -> None:
        for player, network in chosen("both", players):
            self.register_buffer(f"{player}_moves", torch.zeros(()))
            self.register_buffer(f"{player}_mean", torch.zeros(sum(w.numel() for w in network.parameters())))

    def terms(self, terms: Terms, sight: Sight) -> Terms:
        means = self.means(sight.player, sight.network)
        distance = torch.stack(
            [(weights - mean).square().sum() for weights, mean in zip(sight.network.parameters(), means, strict=True)]
        ).sum()
        moved = self.get_buffer(f"{sight.player}_moves").clamp(max=1)
        return {**terms, "historical": self.weight * moved * distance}

    @torch.no_grad()
    def afterwards(self, player: Player, network: nn.Module) -> None:
        moves = self.get_buffer(f"{player}_moves")
        moves += 1
        means = self.means(player, network)
        differences = torch._foreach_sub(list(network.parameters()), means)
        torch._foreach_div_(differences, moves)
        torch._foreach_add_(means, differences)

    def means(self, player: Player, network: nn.Module) -> list[Tensor]:
        """The mean of each parameter, as views of the buffer."""
        sizes = [weights.numel() for weights in network.parameters()]
        parts = torch.split(self.get_buffer(f"{player}_mean"), sizes)
        return [part.view(weights.shape) for part, weights in zip(parts, network.parameters(), strict=True)]


stabiliser = HistoricalAveraging
