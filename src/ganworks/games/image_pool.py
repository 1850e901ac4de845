"""Older fakes for a discriminator to remember (Shrivastava et al. 2017, arXiv:1612.07828, section 2.3)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganworks.games.round import Round


class ImagePool(nn.Module):
    """At most `size` fakes of before; each new one is shown, or stays here in the place of an older one that is."""

    kept: Tensor
    count: Tensor

    def __init__(self, size: int, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.register_buffer("kept", torch.zeros(size, *shape))
        self.register_buffer("count", torch.tensor(0))

    @torch.no_grad()
    def exchanged(self, fakes: Tensor, round: Round) -> Tensor:
        """What D is shown of N×C×H×W fakes: all of them until the pool is full, then half of them older ones."""
        size, shown = len(self.kept), fakes.detach().clone()
        if not size:
            return shown
        coins, places = round.uniform(), round.uniform()
        filled = int(self.count)
        for row, fake in enumerate(fakes.detach()):
            if filled < size:
                self.kept[filled] = fake
                filled += 1
            elif coins[row] < 0.5:
                place = int(places[row] * size)
                shown[row], self.kept[place] = self.kept[place].clone(), fake
        self.count.fill_(filled)
        return shown
