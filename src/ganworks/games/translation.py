"""Games that make pictures of pictures: what they can be asked for, and asking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import signature
from types import NoneType
from typing import Any, Literal, Protocol, get_args, get_origin, get_type_hints, runtime_checkable

import torch
from torch import Tensor

from ganworks.data.pairing import IMAGE
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


def require_known(game: Game, wishes: Iterable[str]) -> None:
    """Raises UsageError for wishes that the game's family does not know."""
    known = wishes_of(game)
    if unknown := [name for name in wishes if name not in known]:
        asked = f"only for {', '.join(known)}" if known else "nor for anything else"
        raise UsageError(f"this run's translations cannot be asked for {unknown[0]}, {asked}")


def require_kinds(game: Game, wishes: Mapping[str, Any]) -> None:
    """Raises UsageError for wishes that are of no kind that the game's `translate` takes."""
    hints = get_type_hints(type(translates(game)).translate)
    for name, wish in wishes.items():
        kinds = kinds_of(hints[name])
        if not isinstance(wish, kinds):
            known = " or ".join(kind.__name__ for kind in kinds if kind is not NoneType)
            raise UsageError(f"{name} is to be a {known}, not a {type(wish).__name__}")


def kinds_of(hint: Any) -> tuple[type, ...]:
    """The types of which values of a type hint are."""
    if get_origin(hint) is Literal:
        return tuple({type(value) for value in get_args(hint)})
    inner = get_args(hint)
    return tuple(kind for one in inner for kind in kinds_of(one)) if inner else (hint,)


def shapes(game: Game, wishes: Mapping[str, Any]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """C×H×W that a game was trained to translate, and what it makes of it; of b2a the other way round."""
    made = game.spec.shape
    given = dict(game.spec.given).get(IMAGE, made)
    return (made, given) if wishes.get("direction") == "b2a" else (given, made)


@torch.no_grad()
def translate(game: Game, images: Tensor, seed: int = 0, **wishes: Any) -> Tensor:
    """N×C'×H'×W' translations on the CPU, clamped to [-1, 1], of N×C×H×W images; tensors of N rows go with them.

    Each depends on its image, the seed and its wishes alone. Raises UsageError for wishes that this family does not
    know.
    """
    require_known(game, wishes)
    require_kinds(game, wishes)
    translator, device, count = translates(game), next(game.parameters()).device, len(images)
    wishes = {name: wish.to(device) if isinstance(wish, Tensor) else wish for name, wish in wishes.items()}
    together = 1 if translator.varies else max(1, count)  # together they would share the draws of layers
    made = []
    for first in range(0, count, together):
        rows = slice(first, first + together)
        asked = {name: wish[rows] if has_rows(wish, count) else wish for name, wish in wishes.items()}
        with seeded(stream_seed(seed, "translate"), device):
            made.append(translator.translate(images[rows].to(device), **asked).clamp(-1, 1).cpu())
    return torch.cat(made)


def has_rows(wish: object, count: int) -> bool:
    """Whether a wish is a tensor with a row for each of `count` images."""
    return isinstance(wish, Tensor) and len(wish) == count


def wishes_for(row: int, count: int, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The wishes for one of `count` images, out of those for all: tensors with a row for each, lists of one for each.

    Raises UsageError for lists that are longer or shorter.
    """
    for name, wish in wishes.items():
        if isinstance(wish, list | tuple) and len(wish) != count:
            raise UsageError(f"{count} images need as many of {name}, not {len(wish)}: give one, or one for each")
    return {
        name: wish[row] if isinstance(wish, list | tuple) else wish[row : row + 1] if has_rows(wish, count) else wish
        for name, wish in wishes.items()
    }


@torch.no_grad()
def compared(game: Game, seed: int) -> list[Tensor]:
    """The columns of a game's comparison on the CPU, the same for the same weights and seed."""
    with seeded(stream_seed(seed, "compare"), next(game.parameters()).device):
        return [column.cpu() for column in game.compare()]
