"""How a discriminator comes to its verdicts, with the stabilisers' moments on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from ganworks.errors import UsageError
from ganworks.games.game import uncompiled
from ganworks.games.round import Round
from ganworks.networks.evaluating import evaluating
from ganworks.networks.precision import in_full
from ganworks.networks.reading import inputs_of
from ganworks.stabilisers.stabiliser import Draw, Stabiliser

Shown = Callable[[Tensor, Tensor | None], Iterable[Tensor]]
"""The arguments of a discriminator, of samples and their conditions."""


def judged_shape(options: Iterable[Stabiliser], shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of what a discriminator judges at once, for inputs of `shape`."""
    return reduce(lambda seen, option: option.judged_shape(seen), options, shape)


class Judging:
    """What a discriminator sees and says.

    Args:
        discriminator: the network.
        options: stabilisers by name, in the order in which they act.
        shown: what the network is given.
    """

    def __init__(self, discriminator: nn.Module, options: Mapping[str, Stabiliser], shown: Shown) -> None:
        self.discriminator, self.named, self.shown = discriminator, options, shown
        self.options = list(options.values())

    @property
    def together(self) -> bool:
        """Whether it judges real and fake samples in one batch."""
        return any(option.together for option in self.options)

    @property
    def mixer(self) -> str | None:
        """What makes it judge a sample by its neighbours in the batch, if anything does."""
        if any(isinstance(layer, _BatchNorm) for layer in self.discriminator.modules()):
            return "batch norm"
        return next((name for name, option in self.named.items() if option.mixes_samples), None)

    def judge(
        self,
        discriminator: Callable[..., Tensor],
        samples: Tensor,
        condition: Tensor | None,
        round: Round | None = None,
        rows: slice = slice(None),
    ) -> Tensor:
        """Logits of samples, any shape with leading N: in the place of some `rows` of a round, or as they are."""
        return in_full(discriminator(*self.inputs(samples, condition, round, rows)))

    def judge_both(
        self,
        discriminator: Callable[..., Tensor],
        real: Tensor,
        fake: Tensor,
        condition: Tensor | None,
        round: Round,
    ) -> tuple[Tensor, Tensor]:
        """Logits of real and of as many fake samples, each in batches of their own or all in one."""
        if not self.together:
            return self.judge(discriminator, real, condition, round), self.judge(discriminator, fake, condition, round)
        pairs = zip(*(self.inputs(samples, condition, round) for samples in (real, fake)), strict=True)
        of_real, of_fake = in_full(discriminator(*map(torch.cat, pairs))).chunk(2)
        return of_real, of_fake

    def inputs(
        self, samples: Tensor, condition: Tensor | None, round: Round | None, rows: slice = slice(None)
    ) -> list[Tensor]:
        """What the discriminator is given of samples in the place of some `rows` of a round, or as they are."""
        if round is not None:
            draw: Draw = lambda make: round.share(make)[rows]  # noqa: E731
            for option in self.options:
                samples = option.see(samples, draw, round.step)
        return [
            reduce(lambda seen, option: option.gather(seen), self.options, shown)
            for shown in self.shown(samples, condition)
        ]

    @property
    def judged_at_once(self) -> int:
        """How many samples have one verdict."""
        return judged_shape(self.options, (1,))[0]

    def judged_alone(self, samples: Tensor, condition: Tensor | None) -> Tensor | None:
        """Logits of samples as they are, as many as these fill packs; None where they fill none."""
        whole = len(samples) // self.judged_at_once * self.judged_at_once
        if not whole:
            return None
        return self.judge(
            uncompiled(self.discriminator), samples[:whole], None if condition is None else condition[:whole]
        )

    @torch.no_grad()
    def features(self, layer: str, samples: Tensor, condition: Tensor | None) -> Tensor:
        """What enters a layer, judged as after training; raises UsageError for a layer that is not called."""
        device = next(self.discriminator.parameters(), samples).device
        condition = condition if condition is None else condition.to(device)
        with evaluating(self.discriminator), inputs_of(self.discriminator, {layer}) as read:
            self.judge(uncompiled(self.discriminator), samples.to(device), condition)
        if layer not in read:
            raise UsageError(f"layer {layer!r} of D is given nothing when D judges: choose one that is called")
        return read[layer]
