"""Looks at a training in a step now and then, without leaving a trace in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite

import torch
from torch import Tensor

from ganworks.doctor.glance import Glance, Player
from ganworks.doctor.reference import Reference
from ganworks.games.game import Game, Turn
from ganworks.lookup import module, names
from ganworks.networks.evaluating import evaluating

SIGNALS = "ganworks.doctor.signals"
Line = dict[str, float | list[float] | None]
"""What was seen in a step; None for what was no finite number."""


class Probe:
    """Takes all signals of one step: `prepare(its turns)` before it, `look(...)` right after it.

    Args:
        game: that is trained.
        reference: the real data.
    """

    def __init__(self, game: Game, reference: Reference) -> None:
        self.game, self.reference = game, reference
        self.turns: Sequence[Turn] = []
        self.kinds: list[Callable[[Glance], dict[str, Tensor]]] = [
            module("signal", SIGNALS, name, "signals").signals for name in names(SIGNALS, "signals")
        ]
        self.before: dict[str, tuple[Tensor, ...]] = {}
        self.constants: dict[str, Tensor] = {"cluster_shares": reference.shares}

    def prepare(self, turns: Sequence[Turn]) -> None:
        """Remember where every player stands."""
        self.turns = turns
        self.before = {
            turn.name: tuple(weights.detach().clone() for network in turn.learns for weights in network.parameters())
            for turn in self.turns
        }

    @torch.no_grad()
    def look(self, judged: Mapping[str, Tensor], step: int, losses: Mapping[str, Tensor]) -> Line:
        """All signals after a step and the `losses` that led to it, in one transfer from the device."""
        players = {turn.name: Player(tuple(turn.learns), self.before[turn.name]) for turn in self.turns}
        glance = Glance(self.game, players, judged, self.reference)
        # What never changes is told once.
        found, self.constants = {**self.constants, **losses}, {}
        with evaluating(self.game), torch.compiler.set_stance("force_eager"):
            for kind in self.kinds:
                found |= kind(glance)
        self.before = {}
        return {"step": step, **read(found)}


def read(found: Mapping[str, Tensor]) -> Line:
    """The values of tensors, rounded to five digits."""
    if not found:
        return {}
    numbers = iter(torch.cat([values.detach().float().flatten() for values in found.values()]).tolist())
    return {
        name: rounded(next(numbers)) if values.dim() == 0 else [next(numbers) for _ in range(values.numel())]
        for name, values in found.items()
    }


def rounded(number: float) -> float | None:
    return float(f"{number:.5g}") if isfinite(number) else None
