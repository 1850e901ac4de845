"""What tests of translation need of a game, without networks or training."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganworks.data.spec import Spec
from ganworks.games.game import Game, Turn


class OnlyTranslates(Game):
    """A game of one weight that nobody trains; what it makes of pictures its children say."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.weight = nn.Parameter(torch.zeros(()))

    def turns(self) -> list[Turn]:
        return []

    def draw_latents(self, count: int, random: torch.Generator, truncation: float | None = None) -> Tensor:
        raise NotImplementedError

    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        raise NotImplementedError
