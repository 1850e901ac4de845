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
        """What D is shown of N×C×H×W fakes: all of them until the pool is full, then half of them older ones.

        Those of all processes go through it in turn, so that it is the same in each; nothing waits for the device.
        """
        size = len(self.kept)
        if not size:
            return fakes.detach()
        everyone, mine = round.together(fakes.detach())
        (coins, _), (places, _) = round.together(round.uniform()), round.together(round.uniform())
        shown = []
        for fake, coin, place in zip(torch.split(everyone, 1), coins, places, strict=True):
            full = self.count >= size
            where = torch.where(full, (place * size).long(), self.count).view(1)
            older, exchanged = self.kept[where], full & (coin < 0.5)
            shown.append(torch.where(exchanged, older, fake))
            self.kept[where] = torch.where(exchanged | ~full, fake, older)
            self.count += ~full
        return torch.cat(shown)[mine]
