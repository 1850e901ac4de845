"""One play's view of a round: its share of the batch, its random draws, and tensors made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor


@dataclass
class Round:
    """What a loss function is given.

    Draws are made for the global batch and sliced, so that any split of it into processes or
    accumulated parts sees the same numbers.

    Args:
        real: n×… samples of this process and part, images in [-1, 1].
        labels: n class indices, or None.
        random: the generator of this step, turn and play.
        batch_size: samples of the global batch; rows [first, first + n) are here.
        whole: whether this is the only play and part of its turn, so that tensors may be shared between turns.
        memory: tensors shared between the turns of one step.
        own: those of this play.
        step: rounds played before this one.
        over_all: the mean of a tensor over all processes.
        gather: the rows of all processes, as many of each, in the order of their ranks.
        judged: where `note` leaves what was judged, when somebody looks.
        given: what a translator is handed with every sample, images in [-1, 1], by name.
    """

    real: Tensor
    labels: Tensor | None
    random: torch.Generator
    batch_size: int
    first: int = 0
    whole: bool = True
    memory: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    step: int = 0
    over_all: Callable[[Tensor], Tensor] = lambda values: values
    gather: Callable[[Tensor], Tensor] = lambda rows: rows
    judged: dict[str, Tensor] | None = None
    given: Mapping[str, Tensor] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.real)

    def share(self, draw: Callable[[int, torch.Generator], Tensor]) -> Tensor:
        """This round's rows of `draw(batch_size, generator)`."""
        return draw(self.batch_size, self.random)[self.first : self.first + len(self)]

    def together(self, rows: Tensor) -> tuple[Tensor, slice]:
        """The rows of this part in all processes, and where among them are the `rows` of this one."""
        everyone = self.gather(rows)
        parts = self.batch_size // len(everyone)
        begin = self.first // (len(self) * parts) * len(self)
        return everyone, slice(begin, begin + len(self))

    def note(self, **tensors: Tensor) -> None:
        """Show what was judged and how (real, fake, condition, real_logits, fake_logits) to whoever looks."""
        if self.judged is not None:
            self.judged |= {name: tensor.detach() for name, tensor in tensors.items()}

    def uniform(self) -> Tensor:
        """One number in [0, 1) per sample."""
        return self.share(
            lambda n, random: torch.rand(n, generator=random, device=random.device, dtype=self.real.dtype)
        )

    def normal(self) -> Tensor:
        """A number from N(0, 1) for each number of the samples."""
        shape = self.real.shape[1:]
        return self.share(
            lambda n, random: torch.randn(n, *shape, generator=random, device=random.device, dtype=self.real.dtype)
        )

    def every(self, n: int) -> tuple[slice, float]:
        """The rows here that are every n-th of the global batch, and how many a part of it has on average."""
        return slice(-self.first % n, None, n), -(-self.batch_size // n) * len(self) / self.batch_size

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """`make()` the first time, then the same object: in a play, or all turns of a step where they may share it."""
        memory = self.memory if self.whole else self.own
        if name not in memory:
            memory[name] = make()
        return memory[name]
