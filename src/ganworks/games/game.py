"""What every family is: networks, turns, and a way to generate."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from ganworks.config import Settings
from ganworks.data.batches import Batch
from ganworks.data.spec import Spec
from ganworks.games.round import Round

Terms = Mapping[str, Tensor]


@dataclass(frozen=True)
class Turn:
    """One player's move: `learns` minimises the sum of `loss(round)`'s terms, `times` in a row.

    `afterwards` projects what has just learnt back into its allowed set (weight clipping).
    """

    name: str
    learns: Sequence[nn.Module]
    loss: Callable[[Round], Terms]
    times: int = 1
    afterwards: Callable[[], None] | None = None


@dataclass(frozen=True)
class Stage:
    """A stretch of so many rounds with its own turns; the last one has no end.

    A turn that keeps its name learns the same in all of them, and keeps its optimiser.
    """

    turns: Sequence[Turn]
    steps: int | None = None


class Game(nn.Module, ABC):
    """A GAN family. Everything that survives a step is a parameter or a buffer; the spec and settings rebuild it."""

    settings_type: ClassVar[type[Settings]] = Settings
    exports: ClassVar[tuple[str, ...]] = ("generator",)
    """The networks that are averaged during training, saved for use and sampled from."""

    needs_labels: ClassVar[bool] = False
    takes_input: ClassVar[bool] = False
    """Whether it makes something of the pictures that `data.input` gives it."""

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec

    @abstractmethod
    def turns(self) -> list[Turn]:
        """The moves of one round, in order; of the last stage, where there are several."""

    def stages(self) -> list[Stage]:
        """What is played, one after the other."""
        return [Stage(self.turns())]

    def meet(self, examples: Batch) -> None:
        """See some samples before anything is learnt, uint8 as they are stored: a translator has no prior without."""

    def compare(self) -> Sequence[Tensor]:
        """Columns of pictures N×C×H×W to be seen side by side: input, output and truth of a few fixed examples.

        Nothing in a game that has no inputs to show.
        """
        return ()

    @abstractmethod
    def draw_latents(self, count: int, random: torch.Generator, truncation: float | None = None) -> Tensor:
        """`count` latents from the game's prior, drawn with `random` on its device."""

    @abstractmethod
    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """N samples for N latents (and labels, drawn beforehand, where the game has them)."""

    def condition(self, round: Round) -> Tensor | None:
        """What D is told of each sample of a round; None where it is told nothing."""
        return None

    def discriminate(self, samples: Tensor, condition: Tensor | None = None) -> Tensor | None:
        """What D says of samples as they are: logits with leading N; None in a game without one such judge."""
        return None

    def draw_labels(self, count: int, random: torch.Generator) -> Tensor | None:
        """Labels to generate for when none is asked for; None in a game without."""
        return None

    def allows(self, batch_size: int, parts: int) -> None:
        """Raises UsageError with the reason unless batches of this size, cut into equal `parts`, can be played."""

    def exercise(self, random: torch.Generator, count: int) -> None:
        """Run the exported networks on `count` fresh inputs, so that their statistics can be estimated."""
        self.generate(self.draw_latents(count, random), self.draw_labels(count, random))


@contextmanager
def learning(parameters: Iterable[nn.Parameter]) -> Iterator[None]:
    """Record gradients of parameters whose turn it is not, for a graph that their own turn will use."""
    resting = [weights for weights in parameters if not weights.requires_grad]
    for weights in resting:
        weights.requires_grad_(True)
    yield
    for weights in resting:
        weights.requires_grad_(False)


def uncompiled(network: nn.Module) -> Callable[..., Tensor]:
    """`network` without its compiled form, for terms that differentiate twice: compiled double backward raises."""
    eager: Callable[..., Tensor] = network._call_impl
    return eager
