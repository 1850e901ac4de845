"""What an option on any family can change of a game, moment by moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol

import torch
from torch import Tensor, nn

from ganworks.data.spec import Spec
from ganworks.errors import UsageError

Draw = Callable[[Callable[[int, torch.Generator], Tensor]], Tensor]
"""Gives the rows of `make(whole batch, generator)` that are here, alike on any number of processes."""

Imagine = Callable[[Tensor, Tensor | None], Tensor]
"""Samples of latents and conditions."""

Adversarial = Callable[[Tensor, Tensor, Draw], Tensor]
"""The discriminator's loss of real and fake logits, and of what is drawn for each of their rows."""

Player = Literal["generator", "discriminator"]
On = Literal["generator", "discriminator", "both"]

Terms = dict[str, Tensor]


@dataclass(frozen=True)
class Sight:
    """What a player's loss was computed from.

    Args:
        player: whose turn it is.
        network: what learns.
        latents: what the fakes were made of.
        step: rounds played before.
        real_logits, fake_logits: what D said; real ones only where they were needed.
        real_features, fake_features: what entered D's layers that a stabiliser reads, by the layer's name.
        batch_size: samples of the whole batch, of which this process and part may have seen a share.
        over_all: the mean of a tensor over all processes.
    """

    player: Player
    network: nn.Module
    latents: Tensor
    step: int
    real_logits: Tensor | None
    fake_logits: Tensor
    real_features: Mapping[str, Tensor] = field(default_factory=dict)
    fake_features: Mapping[str, Tensor] = field(default_factory=dict)
    batch_size: int = 1
    over_all: Callable[[Tensor], Tensor] = lambda values: values


class Players(Protocol):
    """The game as a stabiliser finds it."""

    generator: nn.Module
    discriminator: nn.Module
    spec: Spec

    @property
    def mixer(self) -> str | None:
        """What makes D judge a sample by its neighbours in the batch, if anything does."""
        ...

    def judged_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of what D judges at once, for inputs of `shape`."""
        ...

    def features(self, layer: str) -> int:
        """How many numbers of a sample enter a layer of D; raises UsageError for one that is not called."""
        ...

    def reference(self, count: int) -> tuple[Tensor, Tensor | None]:
        """`count` latents, and conditions where the game has them, always the same."""
        ...


class Stabiliser(nn.Module):
    """An option on any family; overrides the moments that it changes, each of which leaves things as they are here.

    What it remembers from step to step are buffers, so that checkpoints carry it; parameters of its own learn in D's
    turn.
    """

    reads: str | None = None
    """D's layer of which it wants to see what enters it for fake samples."""

    reads_in: ClassVar[tuple[Player, ...]] = ("generator",)
    """The turns in which it wants to see that."""

    reads_real: ClassVar[bool] = False
    """Whether it wants to see that for real samples too, in G's turn."""

    mixes_samples: ClassVar[bool] = False
    """Whether D then judges a sample by its neighbours in the batch, so that it has no gradient of its own."""

    caution: ClassVar[str | None] = None
    """What whoever chooses it is told when a training begins."""

    together: ClassVar[bool] = False
    """Whether D then judges real and fake samples in one batch."""

    def __init__(self) -> None:
        super().__init__()

    def prepare(self, players: Players) -> None:
        """Change layers before anything is learnt; raises UsageError with the reason where it cannot."""

    def settle(self, players: Players) -> None:
        """When every option has changed its layers: normalise, remember or refuse what is there now."""

    def allows(self, count: int) -> None:
        """Raises UsageError with the reason unless D can be shown `count` samples at a time."""

    def judged_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of what D judges, for samples (or conditions) of `shape`."""
        return shape

    def latents(self, latents: Tensor, random: torch.Generator) -> Tensor:
        """What G is given beside the condition: N latents from the prior, with what is drawn for each from `random`."""
        return latents

    def imagining(self, imagine: Imagine, generator: nn.Module) -> Imagine:
        """How latents become samples through `generator`, the live or the averaged one."""
        return imagine

    def see(self, samples: Tensor, draw: Draw, step: int) -> Tensor:
        """What D sees of N×… real, fake or mixed samples; differentiable."""
        return samples

    def gather(self, inputs: Tensor) -> Tensor:
        """What D judges at once of the N×… inputs that it is given: samples with or without their condition."""
        return inputs

    def verdicts(self, real: Tensor, fake: Tensor, draw: Draw) -> tuple[Tensor, Tensor]:
        """The logits that D's loss takes for those of real and of fake samples; `uniform` draws for each."""
        return real, fake

    def adversarial(self, loss: Adversarial, objective: object) -> Adversarial:
        """D's loss of logits; raises UsageError with the reason where the objective does not allow it."""
        return loss

    def terms(self, terms: Terms, sight: Sight) -> Terms:
        """The terms of a player's loss."""
        return terms

    def afterwards(self, player: Player, network: nn.Module) -> None:
        """Right after `network` has moved."""


def chosen(on: On, players: Players) -> list[tuple[Player, nn.Module]]:
    """The players that an option is `on`, by name."""
    everyone: list[tuple[Player, nn.Module]] = [
        ("generator", players.generator),
        ("discriminator", players.discriminator),
    ]
    return [(name, network) for name, network in everyone if on in (name, "both")]


def reference(name: str, players: Players, count: int) -> tuple[Tensor, Tensor | None]:
    """The game's `reference`; raises UsageError for option `name` where G has no prior to draw these from."""
    latents, conditions = players.reference(count)
    if latents.dim() > 2:
        raise UsageError(f"{name}: the generator is given pictures, not draws from a prior: leave it out")
    return latents, conditions


def uniform(logits: Tensor, draw: Draw) -> Tensor:
    """A number in [0, 1) for each row of logits, shaped to go with them: that of its (first) sample."""
    drawn = draw(lambda count, random: torch.rand(count, generator=random, device=random.device))
    numbers: Tensor = drawn[:: len(drawn) // len(logits)].to(logits.dtype).view(-1, *[1] * (logits.dim() - 1))
    return numbers
