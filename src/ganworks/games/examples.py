"""A few inputs that a translator keeps, so that its run can be sampled without the data: they are its prior."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganworks.data.batches import to_unit_range

KEPT = 64


class Examples(nn.Module):
    """At most 64 images as uint8, and how many there are."""

    images: Tensor
    count: Tensor

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.register_buffer("images", torch.zeros(KEPT, *shape, dtype=torch.uint8))
        self.register_buffer("count", torch.tensor(0))

    def remember(self, images: Tensor) -> None:
        """Keep uint8 N×C×H×W images; of more than 64 the first."""
        kept = images[:KEPT]
        self.images[: len(kept)] = kept
        self.count.fill_(len(kept))

    def draw(self, count: int, random: torch.Generator) -> Tensor:
        """N×C×H×W of them in [-1, 1], all before any comes again; mid grey as long as there are none."""
        kept = max(1, int(self.count))
        rows = torch.cat(
            [torch.randperm(kept, generator=random, device=random.device) for _ in range(-(-count // kept))]
        )
        images = self.images if int(self.count) else torch.full_like(self.images, 128)
        return to_unit_range(images[rows[:count].to(images.device)])
