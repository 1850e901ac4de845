"""What can be seen of a training in one step: what was judged, who moved how far, and what real data look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor, nn

from ganworks.doctor.reference import Reference
from ganworks.games.game import Game
from ganworks.randomness import generator


@dataclass(frozen=True)
class Player:
    """What learnt in a turn.

    Args:
        networks: its networks.
        before: its parameters before the step, in the order of `parameters()`.
    """

    networks: tuple[nn.Module, ...]
    before: tuple[Tensor, ...]

    @property
    def parameters(self) -> list[nn.Parameter]:
        return [weights for network in self.networks for weights in network.parameters()]


@dataclass(frozen=True)
class Glance:
    """One step, right after it was played.

    Args:
        game: with its new weights and, on its parameters, the gradients of the step.
        players: by the name of their turn.
        judged: what `Round.note` was told: real, fake, condition, real_logits, fake_logits, as far as the family tells.
        reference: the real data.
    """

    game: Game
    players: Mapping[str, Player]
    judged: Mapping[str, Tensor]
    reference: Reference

    def has(self, *names: str) -> bool:
        return all(name in self.judged for name in names)

    def fixed(self, count: int) -> tuple[Tensor, Tensor | None]:
        """N latents and labels that are the same at every look."""
        random = generator(0, "doctor/latents", device=next(self.game.parameters()).device)
        return self.game.draw_latents(count, random), self.game.draw_labels(count, random)
