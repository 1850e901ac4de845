"""torch.compile for the networks of a game, tried on copies first."""

from __future__ import annotations

import copy
from collections.abc import Callable

from torch import nn

from ganworks.games.game import Game


def compile_networks(game: Game, play: Callable[[Game], None]) -> str | None:
    """Compile every network of `game` in place if a copy of it survives `play`; else leave it and say why not.

    `Module.compile` keeps state-dict keys, and terms that differentiate twice call the uncompiled form.
    """
    trial = copy.deepcopy(game)
    try:
        _compile(trial)
        play(trial)
    except Exception as error:  # a compiler can fail in any way, and training goes on without it
        # The cause stands in the lines up to the first empty one; torch's own hints follow.
        cause = " ".join(str(error).strip().partition("\n\n")[0].split())
        return f"{type(error).__name__}: {cause or 'no reason given'}"
    _compile(game)
    return None


def _compile(game: nn.Module) -> None:
    for network in game.children():
        network.compile()
