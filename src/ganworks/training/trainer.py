"""One step of any game: differentiate each turn's loss, move its players, average the weights."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_

from ganworks.config import OptimiserSettings, TrainingSettings
from ganworks.data.batches import Batch, to_unit_range
from ganworks.data.standard import standardised
from ganworks.errors import UsageError, unknown
from ganworks.games.game import Game, Turn
from ganworks.games.round import Round
from ganworks.randomness import generator, reseed, stream_seed
from ganworks.training.average import Average
from ganworks.training.global_batch_norm import share_batch_statistics
from ganworks.training.hardware import autocast, prepare
from ganworks.training.optimisers import build_optimiser, rate_factor
from ganworks.training.processes import agree, average, average_gradients, gathered, rank, world
from ganworks.training.window import GRADIENT_NORM, DivergenceError, Window

Stream = Callable[[int], Iterator[Batch]]
"""The batches of this process from a given global batch on."""


class Trainer:
    """Plays rounds of a game. It knows turns and terms, and nothing of any family.

    Args:
        game: networks and turns; moved to the device of `settings`.
        settings: resolved, without any `auto` left.
        stream: where batches come from.
    """

    def __init__(self, game: Game, settings: TrainingSettings, stream: Stream) -> None:
        self.device = prepare(settings)
        self.settings = settings
        self.channels_last = any(weights.dim() == 4 for weights in game.parameters())
        self.game = game.to(self.device)
        if self.channels_last:
            game.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        agree(game)
        self.stages = game.stages()
        self.begins = list(accumulate((stage.steps or 0 for stage in self.stages[:-1]), initial=0))
        turns = {turn.name: turn for stage in self.stages for turn in stage.turns}
        self.plays = max(turn.times for turn in turns.values())
        # What its owner froze stays as it is.
        self.learners = {
            name: [weights for network in turn.learns for weights in network.parameters() if weights.requires_grad]
            for name, turn in turns.items()
        }
        for name in settings.optimisers.keys() - turns.keys():
            raise unknown("turn in training.optimisers:", name, turns)
        self.optimisers = {
            name: build_optimiser(optimiser_settings(settings, name), learners)
            for name, learners in self.learners.items()
        }
        self.rates = {
            name: [group["lr"] for group in optimiser.param_groups] for name, optimiser in self.optimisers.items()
        }
        self.average = Average(game, settings.average, self.first_learnt())
        share_batch_statistics(game)
        self.window = Window(self.device)
        self.stream = stream
        self.batches: Iterator[Batch] | None = None
        self.step_count = 0
        if settings.play == "simultaneous" and self.plays > 1:
            raise UsageError("simultaneous play moves every player once a step: set game.discriminator_steps to 1")
        if settings.batch_size % (settings.accumulate * world()):
            raise UsageError(
                f"training.batch_size={settings.batch_size} cannot be cut into {settings.accumulate} parts"
                f" on {world()} devices: choose a multiple of {settings.accumulate * world()}"
            )
        game.train()
        game.requires_grad_(False)

    def step(self, judged: dict[str, Tensor] | None = None) -> None:
        """Play one round; what was judged in it is left in `judged`."""
        stream = self.open()
        batches = [self.on_device(next(stream)) for _ in range(self.plays)]
        memory: dict[str, Any] = {}
        turns = self.turns
        if self.step_count in self.begins:
            self.average.settle(weights for turn in turns for weights in self.learners[turn.name])
        for index, turn in enumerate(turns):
            for play in range(turn.times):
                self.differentiate(index, play, batches[play], memory, judged)
                if self.settings.play == "alternating":
                    self.move(turn)
        if self.settings.play == "simultaneous":
            for turn in turns:
                self.move(turn)
        self.step_count += 1
        self.average.update(self.step_count)
        self.window.next_row()

    def rehearse(self) -> None:
        """Play the first step of every stage."""
        for begin in self.begins:
            self.step_count, self.batches = begin, None
            self.step()

    @property
    def turns(self) -> Sequence[Turn]:
        """Those of the stage that the next step belongs to."""
        return self.stages[bisect(self.begins, self.step_count) - 1].turns

    def first_learnt(self) -> dict[Tensor, int]:
        """The step with which each weight begins to learn."""
        return {
            weights: begin
            for begin, stage in reversed(list(zip(self.begins, self.stages, strict=True)))
            for turn in stage.turns
            for weights in self.learners[turn.name]
        }

    def open(self) -> Iterator[Batch]:
        """The batches of the steps to come; raises a GanworksError at once when the data cannot fill one."""
        if self.batches is None:
            self.batches = self.stream(self.step_count * self.plays)
        return self.batches

    def differentiate(
        self, index: int, play: int, batch: Batch, memory: dict[str, Any], judged: dict[str, Tensor] | None = None
    ) -> None:
        """Leave the gradients of a turn's loss in what it learns."""
        turn, settings = self.turns[index], self.settings
        learners = self.learners[turn.name]
        for parameter in learners:
            parameter.grad = None
            parameter.requires_grad_(True)
        place = (self.step_count, index, play)
        whole = self.plays == 1 and settings.accumulate == 1
        share = settings.batch_size // (world() * settings.accumulate)
        for part in range(settings.accumulate):
            rows = slice(part * share, (part + 1) * share)
            reseed(stream_seed(settings.seed, "layers", *place, part, rank()), self.device)
            round = Round(
                real=batch.values[rows],
                labels=None if batch.labels is None else batch.labels[rows],
                random=generator(settings.seed, "draws", *place, device=self.device),
                batch_size=settings.batch_size,
                first=(rank() * settings.accumulate + part) * share,
                whole=whole,
                memory=memory,
                step=self.step_count,
                over_all=average,
                gather=gathered,
                judged=judged,
                given={name: values[rows] for name, values in batch.given.items()},
            )
            with autocast(self.device, settings.precision):
                terms = turn.loss(round)
            loss = reduce(torch.add, terms.values())
            torch.autograd.backward(loss if settings.accumulate == 1 else loss / settings.accumulate)
            self.window.record(turn.name, terms, weight=1 / (settings.accumulate * turn.times))
        for parameter in learners:
            parameter.requires_grad_(False)
        average_gradients(learners)
        if gradients := [weights.grad for weights in learners if weights.grad is not None]:
            norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
            self.window.record(turn.name, {GRADIENT_NORM: norm}, weight=1 / turn.times)

    def rate_factor(self, turn: str) -> float:
        """What the schedule leaves of a turn's learning rate in the round that is being played."""
        return rate_factor(self.settings.schedule, self.step_count, optimiser_settings(self.settings, turn).decay)

    def move(self, turn: Turn) -> None:
        """One optimiser step for what a turn learns."""
        optimiser, factor = self.optimisers[turn.name], self.rate_factor(turn.name)
        if self.settings.clip_gradients is not None:
            clip_grad_norm_(self.learners[turn.name], self.settings.clip_gradients)
        for group, rate in zip(optimiser.param_groups, self.rates[turn.name], strict=True):
            group["lr"] = rate * factor
        optimiser.step()
        if turn.afterwards is not None:
            turn.afterwards()

    def on_device(self, batch: Batch) -> Batch:
        values = standardised(self.seen(batch.values), self.game.spec)
        labels = None if batch.labels is None else batch.labels.to(self.device, non_blocking=True)
        return Batch(values, labels, {name: self.seen(given) for name, given in batch.given.items()})

    def seen(self, values: Tensor) -> Tensor:
        """Stored values on the device: images in [-1, 1], floats in the default dtype, integers as they are."""
        values = to_unit_range(values.to(self.device, non_blocking=True))
        if values.is_floating_point():
            values = values.to(torch.get_default_dtype())
        if self.channels_last and values.dim() == 4:
            values = values.contiguous(memory_format=torch.channels_last)
        return values

    def losses(self) -> dict[str, float]:
        """Mean of every term since the last call; raises DivergenceError at the first value that is not a number."""
        return self.window.read(self.step_count)

    def state(self) -> dict[str, Tensor]:
        """Every tensor that survives a step, by name; raises DivergenceError when one is not a number."""
        tensors = {f"game/{name}": tensor for name, tensor in self.game.state_dict().items()}
        tensors |= {f"average/{name}": tensor for name, tensor in self.average.networks.state_dict().items()}
        for place, parameter, moments in self.moments():
            tensors |= {f"optimiser/{place}/{key}": value for key, value in moments[parameter].items()}
        finite = torch.stack([tensor.isfinite().all() for tensor in tensors.values()]).tolist()
        for name, is_finite in zip(tensors, finite, strict=True):
            if not is_finite:
                raise DivergenceError(self.step_count, f"{name} is no longer finite, so this step is not saved")
        return tensors

    def load_state(self, tensors: dict[str, Tensor], step: int) -> None:
        """Continue from `state()` as it was after `step` rounds."""
        self.game.load_state_dict(below("game/", tensors))
        self.average.networks.load_state_dict(below("average/", tensors))
        for place, parameter, moments in self.moments():
            # Kernels of fused optimisers read moments linearly, so these keep the parameter's memory format.
            moments[parameter] = {
                key: value.to(parameter.device, copy=True)
                if value.dim() == 0
                else torch.empty_like(parameter).copy_(value)
                for key, value in below(f"optimiser/{place}/", tensors).items()
            }
        self.step_count, self.batches = step, None

    def moments(self) -> Iterator[tuple[str, nn.Parameter, dict[Tensor, Any]]]:
        """Every learnt parameter with its place in a checkpoint and the optimiser state that holds its moments."""
        names = {parameter: name for name, parameter in self.game.named_parameters()}
        for name, learners in self.learners.items():
            for parameter in learners:
                yield f"{name}/{names[parameter]}", parameter, self.optimisers[name].state


def below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors whose name begins with `prefix`, without it."""
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def optimiser_settings(settings: TrainingSettings, turn: str) -> OptimiserSettings:
    """The settings of a turn's optimiser; raises UsageError when the configuration names none."""
    if turn not in settings.optimisers:
        raise UsageError(f"training.optimisers has no entry for the turn {turn!r}: add one")
    return settings.optimisers[turn]
