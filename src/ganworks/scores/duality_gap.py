"""Duality gap of a trained game (Grnarova et al. 2019, arXiv:1811.05512): what either side could still gain alone."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import reduce
from math import inf, isfinite

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from ganworks.data.standard import standardised
from ganworks.errors import GanworksError, UsageError
from ganworks.games.game import Game, Turn
from ganworks.games.round import Round
from ganworks.randomness import generator, seeded, stream_seed
from ganworks.scores.features import Array, require_finite
from ganworks.scores.images import require_images

_LOOKS = 10
_FEWEST = 32


@dataclass(frozen=True)
class DualityGap:
    """The value M(G, D), minus the adversarial term of D's loss, on samples that nobody learnt from.

    Args:
        value: as trained; −2 log 2 (or −log 2 for the relativistic objective) at the equilibrium.
        best_discriminator: M(G, D′) of the best D′ that was found against G.
        best_generator: M(G′, D) of the best G′ that was found against D.
    """

    value: float
    best_discriminator: float
    best_generator: float

    @property
    def gap(self) -> float:
        """max M(G, D′) − min M(G′, D): 0 at an equilibrium, else above, up to what the search and sampling miss."""
        return self.best_discriminator - self.best_generator


def duality_gap(
    game: Game,
    real: Array,
    labels: Tensor | npt.NDArray[np.integer] | None = None,
    *,
    steps: int = 500,
    batch: int = 256,
    rate: float = 1e-3,
    perturbation: float = 0.01,
    seed: int = 0,
) -> DualityGap:
    """The duality gap of a game, estimated by training each side on against a copy of the other that rests.

    Each side learns its own turn's loss, penalties and all, with Adam on one half of the samples; a quarter chooses
    among what it passed through, its start included; the last quarter gives the values. The start is perturbed, since
    a stationary point that is no equilibrium would be left by no gradient (Sidheekh et al., IJCNN 2021).
    The game itself is left as it was.

    Args:
        game: two players, whose turns are called discriminator and generator.
        real: N ≥ 128 samples, images as floats in [-1, 1], points in the units of the data.
        labels: N class indices, where the game needs them.
        steps, batch, rate: of the search; batch is also the size of the batches that M is measured on.
        perturbation: noise added to each weight tensor, relative to the root mean square of its values (1 if 0).
        seed: decides everything.

    Raises UsageError for other games and settings out of range, GanworksError for samples that are too few, not finite
    or out of range, and for a game that diverged.
    """
    _require_settings(steps, batch, rate, perturbation)
    weights = next(game.parameters())
    device, real = weights.device, standardised(_samples(real), game.spec).to(weights.dtype)
    labels = None if labels is None else torch.as_tensor(labels)
    if game.needs_labels and labels is None:
        raise GanworksError("this game needs the labels of its samples: a duality gap without them has no meaning")
    if labels is not None and labels.shape != (len(real),):
        raise GanworksError(f"labels have shape {tuple(labels.shape)}: one for each of {len(real)} samples is needed")
    order = torch.randperm(len(real), generator=generator(seed, "duality gap/split"))
    half, quarter = len(real) // 2, len(real) // 4
    learning, choosing, unseen = (
        _Part(real[rows].to(device), None if labels is None else labels[rows].to(device), batch, seed)
        for rows in torch.split(order, [half, quarter, len(real) - half - quarter])
    )
    with seeded(stream_seed(seed, "duality gap/layers"), device):
        sides = [
            _best_reply(game, side, learning, choosing, steps, rate, perturbation)
            for side in ("discriminator", "generator")
        ]
        return DualityGap(*(_value(played, unseen) for played in (_resting_copy(game), *sides)))


def _samples(real: Array) -> Tensor:
    samples = torch.as_tensor(real)
    if len(samples) < 4 * _FEWEST or not samples.is_floating_point():
        raise GanworksError(
            f"a duality gap needs {4 * _FEWEST} samples or more, as floats; {len(samples)} of {samples.dtype}"
            " were given"
        )
    require_finite("samples", samples)
    if samples.ndim == 4:
        require_images(samples)
    return samples


def _require_settings(steps: int, batch: int, rate: float, perturbation: float) -> None:
    if min(steps, batch) < 1 or not 0 < rate < inf or not 0 <= perturbation < inf:
        raise UsageError(
            f"steps={steps}, batch={batch}, rate={rate}, perturbation={perturbation}:"
            " a search needs 1 or more steps and samples, a rate > 0 and a perturbation ≥ 0"
        )


@dataclass(frozen=True)
class _Part:
    """Some of the samples, and how batches of them are drawn."""

    real: Tensor
    labels: Tensor | None
    batch: int
    seed: int

    def round(self, rows: Tensor, stream: str, index: int) -> Round:
        return Round(
            real=self.real[rows],
            labels=None if self.labels is None else self.labels[rows],
            random=generator(self.seed, f"duality gap/{stream}", index, device=self.real.device),
            batch_size=len(rows),
            whole=False,
        )


def _best_reply(
    game: Game, side: str, learning: _Part, choosing: _Part, steps: int, rate: float, perturbation: float
) -> Game:
    """A copy of the game in which one side is the best that was found against the other."""
    game = _resting_copy(game)
    turn, sign = _turn(game, side), 1 if side == "discriminator" else -1
    learners = [weights for network in turn.learns for weights in network.parameters()]
    best, chosen = sign * _value(game, choosing), deepcopy(game.state_dict())
    random = generator(learning.seed, f"duality gap/{side}/search")
    for weights in learners:
        size = float(weights.square().mean().sqrt()) or 1.0
        weights.add_((perturbation * size) * torch.randn(weights.shape, generator=random).to(weights))
    optimiser = torch.optim.Adam(learners, lr=rate, betas=(0.5, 0.9))
    for step in range(1, steps + 1):
        rows = torch.randint(len(learning.real), (min(learning.batch, len(learning.real)),), generator=random)
        _learn(turn, learners, optimiser, learning.round(rows, side, step))
        if step % max(1, steps // _LOOKS) == 0:
            value = sign * _value(game, choosing)
            if value > best:
                best, chosen = value, deepcopy(game.state_dict())
    game.load_state_dict(chosen)
    return game


def _learn(turn: Turn, learners: list[nn.Parameter], optimiser: torch.optim.Optimizer, round: Round) -> None:
    for weights in learners:
        weights.requires_grad_(True)
    optimiser.zero_grad()
    torch.autograd.backward(reduce(torch.add, turn.loss(round).values()))
    optimiser.step()
    for weights in learners:
        weights.requires_grad_(False)
    if turn.afterwards is not None:
        turn.afterwards()


def _value(game: Game, part: _Part) -> float:
    """M(G, D) over a part, always with the same latents."""
    turn, count = _turn(game, "discriminator"), len(part.real)
    batches = torch.arange(count).chunk(-(-count // part.batch))
    total = 0.0
    for index, rows in enumerate(batches):
        terms = turn.loss(part.round(rows, "value", index))
        if "adversarial" not in terms:
            raise UsageError("a duality gap needs a discriminator whose loss has a term called adversarial")
        total += float(terms["adversarial"].detach()) * len(rows)
    value = -total / count
    if not isfinite(value):
        raise GanworksError("the value of this game is not finite: it diverged, and has no duality gap")
    return value


def _resting_copy(game: Game) -> Game:
    return deepcopy(game).train().requires_grad_(False)


def _turn(game: Game, name: str) -> Turn:
    for turn in game.turns():
        if turn.name == name:
            return turn
    raise UsageError(f"a duality gap is defined for a generator and a discriminator: this game has no turn {name!r}")
