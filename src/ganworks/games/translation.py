"""Games that make pictures of pictures: what they can be asked for, and asking."""

from __future__ import annotations

from inspect import signature
from typing import Any, Literal, Protocol, runtime_checkable

import torch
from torch import Tensor

from ganworks.errors import UsageError
from ganworks.games.game import Game
from ganworks.randomness import seeded, stream_seed

Direction = Literal["a2b", "b2a"]
DIRECTIONS: tuple[Direction, ...] = ("a2b", "b2a")


@runtime_checkable
class Translates(Protocol):
    """A game whose `translate` makes N×C'×H'×W' of N×C×H×W images of any size, all in [-1, 1].

    The keywords of its `translate` are what it can be asked for (`direction`, `scale`, `mask`, `age`, `pose`); it may
    use gradients, so it never runs in inference mode.
    """

    @property
    def varies(self) -> bool:
        """Whether another seed gives another answer."""
        ...

    def translate(self, images: Tensor, **wishes: Any) -> Tensor: ...


def translates(game: Game) -> Translates:
    """The game as one that translates; raises UsageError for one that does not."""
    if not isinstance(game, Translates):
        raise UsageError("this run makes pictures of noise, not of pictures: use generate, or train a translator")
    return game


def wishes_of(game: Game) -> tuple[str, ...]:
    """What a game's translations can be asked for."""
    parameters = signature(translates(game).translate).parameters.values()
    return tuple(parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY)


@torch.no_grad()
def translate(game: Game, images: Tensor, seed: int = 0, **wishes: Any) -> Tensor:
    """Translations on the CPU, clamped to [-1, 1]; the same for the same images, seed and wishes.

    Raises UsageError for wishes that this family does not know.
    """
    known = wishes_of(game)
    if unknown := [name for name in wishes if name not in known]:
        asked = f"only for {', '.join(known)}" if known else "for nothing more"
        raise UsageError(f"this run's translations cannot be asked for {unknown[0]}, {asked}")
    device = next(game.parameters()).device
    with seeded(stream_seed(seed, "translate"), device):
        return translates(game).translate(images.to(device), **wishes).clamp(-1, 1).cpu()
