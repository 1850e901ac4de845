"""A few inputs that a translator keeps, so that its run can be sampled without the data: they are its prior."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from ganworks.data.batches import to_unit_range
from ganworks.errors import UsageError

KEPT = 64
COMPARED = 8


class Examples(nn.Module):
    """At most 64 images as uint8, how many there are, and what the first 8 should become where `truth` is its shape."""

    images: Tensor
    count: Tensor
    truths: Tensor | None

    def __init__(self, shape: tuple[int, ...], truth: tuple[int, ...] | None = None) -> None:
        super().__init__()
        self.register_buffer("images", torch.zeros(KEPT, *shape, dtype=torch.uint8))
        self.register_buffer("count", torch.tensor(0))
        self.register_buffer("truths", None if truth is None else torch.zeros(COMPARED, *truth, dtype=torch.uint8))

    def remember(self, images: Tensor, truths: Tensor | None = None) -> None:
        """Keep uint8 N×C×H×W images, and what they should become; of more than 64 the first."""
        kept = images[:KEPT]
        self.images[: len(kept)] = kept
        self.count.fill_(len(kept))
        if self.truths is not None and truths is not None:
            self.truths[: len(kept)] = truths[:COMPARED]

    def first(self) -> Tensor:
        """The first inputs in [-1, 1], at most 8; none as long as none were met."""
        return to_unit_range(self.images[: min(int(self.count), COMPARED)])

    def compared(self, translate: Callable[[Tensor], Tensor]) -> Sequence[Tensor]:
        """Columns of the same rows in [-1, 1]: the first inputs, their translations, and the truth where it is kept."""
        inputs = self.first()
        if not len(inputs):
            return ()
        truths = () if self.truths is None else (to_unit_range(self.truths[: len(inputs)]),)
        return inputs, translate(inputs), *truths

    def draw(self, count: int, random: torch.Generator, truncation: float | None = None) -> Tensor:
        """N×C×H×W of them in [-1, 1], all before any comes again; mid grey as long as there are none.

        Raises UsageError when it is to be truncated, as only a density can be.
        """
        if truncation is not None:
            raise UsageError("a translator has no prior to truncate: leave truncation out")
        kept = max(1, int(self.count))
        rows = torch.cat(
            [torch.randperm(kept, generator=random, device=random.device) for _ in range(-(-count // kept))]
        )
        images = self.images if int(self.count) else torch.full_like(self.images, 128)
        return to_unit_range(images[rows[:count].to(images.device)])
