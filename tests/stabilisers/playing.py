"""Games with stabilisers, small enough to work through by hand."""

from __future__ import annotations

from typing import Any

import torch
from tests.small import samples, small, trainer
from torch import Tensor, nn

from ganworks.games.gan import GAN
from ganworks.games.round import Round
from ganworks.stabilisers.stabiliser import Sight, Stabiliser
from ganworks.training.trainer import Trainer
from ganworks.tree import Tree, merge


def stabilised(**options: dict[str, Any]) -> Tree:
    """The configuration of these options, whose names are written with underscores."""
    return {"game": {"stabilisers": {name.replace("_", "-"): settings for name, settings in options.items()}}}


def player(recipe: str, *trees: Tree, shape: tuple[int, int, int] = (1, 8, 8)) -> Trainer:
    tree: Tree = {}
    for other in trees:
        tree = merge(tree, other)
    return trainer(small(recipe, tree), samples(recipe, shape))


def built(recipe: str, *trees: Tree, shape: tuple[int, int, int] = (1, 8, 8)) -> GAN:
    game = player(recipe, *trees, shape=shape).game
    assert isinstance(game, GAN)
    return game.requires_grad_(True)


def option(game: GAN, name: str) -> Stabiliser:
    found = game.stabilisers[name]
    assert isinstance(found, Stabiliser)
    return found


def first_round(game: GAN, size: int = 8, first: int = 0, count: int | None = None, **more: Any) -> Round:
    """A round with `count` rows from `first` on of a fixed batch of `size`."""
    real = torch.randn(size, *game.spec.shape, generator=torch.Generator().manual_seed(5)).clamp(-1, 1)
    rows = slice(first, size if count is None else first + count)
    labels = torch.arange(size) % 3 if game.needs_labels else None
    random = torch.Generator().manual_seed(7)
    return Round(real[rows], None if labels is None else labels[rows], random, size, first=first, **more)


def sight(
    player: Any,
    network: nn.Module,
    real: Tensor | None = None,
    fake: Tensor | None = None,
    latents: Tensor | None = None,
    **more: Any,
) -> Sight:
    latents = torch.zeros(1, 1) if latents is None else latents
    return Sight(player, network, latents, 0, real, torch.zeros(1) if fake is None else fake, **more)


def drawing(seed: int, size: int, rows: slice = slice(None)) -> Any:
    """Draws for those rows of a whole batch of `size`."""
    random = torch.Generator().manual_seed(seed)
    return lambda make: make(size, random)[rows]
