"""The exponential moving average of the exported networks, from which a run is sampled, scored and saved."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from ganworks.config import Averaging
from ganworks.games.game import Game
from ganworks.randomness import generator, reseed, stream_seed

BATCHES, BATCH = 8, 64
"""How many fixed inputs batch statistics are re-estimated on."""


class Average(nn.Module):
    """θ̄ ← β θ̄ + (1 − β) θ after every round, with β ≤ (1 + t)/(10 + t) while warming up.

    t counts from the step with which a weight begins to learn, 0 where `begins` does not say.

    The average of weights does not have the average of batch statistics: these are copied and then
    re-estimated on fixed latents before the average is used (Izmailov et al. 2018, arXiv:1803.05407, section 3.2).
    """

    def __init__(self, game: Game, settings: Averaging, begins: Mapping[Tensor, int] = MappingProxyType({})) -> None:
        super().__init__()
        self.settings = settings
        self.networks = nn.ModuleDict({name: copy.deepcopy(getattr(game, name)) for name in game.exports})
        self.networks.requires_grad_(False)
        self.pairs: dict[int, tuple[list[Tensor], list[Tensor]]] = {}
        for name in game.exports:
            for mine, theirs in zip(self.networks[name].parameters(), getattr(game, name).parameters(), strict=True):
                means, live = self.pairs.setdefault(begins.get(theirs, 0), ([], []))
                means.append(mine)
                live.append(theirs)

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Follow the live weights after round `step` (counted from 1)."""
        for begin, (mine, theirs) in self.pairs.items():
            learnt, decay = step - begin, self.settings.decay
            if learnt <= 0:
                continue
            if self.settings.warmup:
                decay = min(decay, (1 + learnt) / (10 + learnt))
            torch._foreach_lerp_(mine, theirs, 1 - decay)

    @torch.no_grad()
    def settle(self, learnt: Iterable[Tensor]) -> None:
        """Where a stage begins, let the live weights that are not learnt in it go on as their average.

        Who learns from a network that rests then learns from the one that is exported.
        """
        others = {id(weights) for weights in learnt}
        for pairs in self.pairs.values():
            for mine, theirs in zip(*pairs, strict=True):
                if id(theirs) not in others:
                    theirs.copy_(mine)

    @torch.no_grad()
    def refresh(self, game: Game, seed: int) -> None:
        """Copy the live buffers, then estimate batch statistics anew on the same inputs each time."""
        for name, network in self.networks.items():
            for mine, theirs in zip(network.buffers(), getattr(game, name).buffers(), strict=True):
                mine.copy_(theirs)
        norms = [layer for layer in self.networks.modules() if isinstance(layer, _BatchNorm)]
        if not norms:
            return
        momenta = [norm.momentum for norm in norms]
        self.networks.eval()
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None
            norm.train()
        with self.in_place_of(game):
            device = next(game.parameters()).device
            for batch in range(BATCHES):
                reseed(stream_seed(seed, "statistics/layers", batch), device)
                game.exercise(generator(seed, "statistics", batch, device=device), BATCH)
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
            norm.eval()

    @contextmanager
    def in_place_of(self, game: Game) -> Iterator[Game]:
        """The game with the averaged networks where the live ones were."""
        live = {name: getattr(game, name) for name in self.networks}
        try:
            for name, network in self.networks.items():
                setattr(game, name, network)
            yield game
        finally:
            for name, network in live.items():
                setattr(game, name, network)
