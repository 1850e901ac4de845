"""A discriminator's side of a game: what it and the generator that it judges want, with penalties and stabilisers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial, reduce
from inspect import signature
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from ganworks.errors import UsageError
from ganworks.games.game import Terms, uncompiled
from ganworks.games.judging import Judging, Shown
from ganworks.games.parts import PENALTIES, differentiated_by, objective
from ganworks.games.round import Round
from ganworks.lookup import find
from ganworks.losses.judgement import Judgement
from ganworks.networks.reading import Inputs, inputs_of
from ganworks.stabilisers.stabiliser import Adversarial, Player, Sight, Stabiliser

NOTHING: Inputs = MappingProxyType({})


class Adversary(Judging):
    """One discriminator and what it plays for; a game with two has two of these.

    Args:
        discriminator: learns from `loss`, and teaches a generator by `generator_loss`.
        options, shown: as for `Judging`.
        wanted: name of the objective.
        penalties: their settings, by name.

    Raises UsageError where an option does not go with the objective.
    """

    def __init__(
        self,
        discriminator: nn.Module,
        options: Mapping[str, Stabiliser],
        shown: Shown,
        wanted: str,
        penalties: Mapping[str, Mapping[str, Any]],
    ) -> None:
        super().__init__(discriminator, options, shown)
        self.objective = objective(wanted)
        self.pairs_with_real = "real" in signature(self.objective.generator).parameters
        self.penalties = {
            name: partial(find("penalty", PENALTIES, name, "penalty"), **chosen) for name, chosen in penalties.items()
        }
        self.differentiated = {
            player for name, chosen in penalties.items() for player in differentiated_by(name, dict(chosen))
        }
        self.strides = {1, *(chosen.get("every", 1) for chosen in penalties.values())}
        self.adversarial = self.stabilised_objective()

    def require_own_gradients(self) -> None:
        """Raises UsageError where penalties need a gradient of each sample and the discriminator has none."""
        if self.penalties and (mixing := self.mixer):
            raise UsageError(
                f"penalty {next(iter(self.penalties))} needs D's gradient at each sample alone, and with"
                f" {mixing} D judges a sample by its neighbours: leave one of the two out"
            )

    def allows(self, batch_size: int, parts: int) -> None:
        """Raises UsageError with the reason unless it can be shown batches of this size, cut into equal `parts`."""
        share = max(1, batch_size // parts)
        counts = {len(range(-first % n, share, n)) for n in self.strides for first in range(0, batch_size, share)}
        for option in self.options:
            for count in counts:
                option.allows(count)

    def stabilised_objective(self) -> Adversarial:
        """Its loss of logits as the stabilisers leave it."""
        discriminator = self.objective.discriminator
        plain: Adversarial = lambda real, fake, draw: discriminator(real, fake)  # noqa: E731
        return reduce(lambda loss, option: option.adversarial(loss, self.objective), self.options, plain)

    def loss(self, round: Round, real: Tensor, fake: Tensor, condition: Tensor | None, latents: Tensor) -> Terms:
        """The terms that it minimises, of real samples and of fakes made of `latents`."""
        real, fake = real.detach(), fake.detach()
        real.requires_grad_("real" in self.differentiated)
        fake.requires_grad_("fake" in self.differentiated)
        twice, reads = uncompiled(self.discriminator), self.reads("discriminator")
        judge = twice if self.differentiated or reads else self.discriminator
        with inputs_of(self.discriminator, reads) as read:
            logits = self.judge_both(judge, real, fake, condition, round)
        judgement = Judgement(
            real,
            fake,
            *logits,
            discriminate=lambda samples, rows: self.judge(
                twice, samples, condition[rows] if condition is not None else None, round, rows
            ),
            uniform=round.uniform,
            normal=round.normal,
            every=round.every,
            over_all=round.over_all,
            step=round.step,
        )
        told = {} if condition is None else {"condition": condition}
        round.note(real=real, fake=fake, real_logits=logits[0], fake_logits=logits[1], **told)
        verdicts = logits
        for option in self.options:
            verdicts = option.verdicts(*verdicts, round.share)
        terms = {"adversarial": self.adversarial(*verdicts, round.share)}
        for name, penalty in self.penalties.items():
            terms[name] = penalty(judgement)
        # Alone, fakes were judged last.
        on_fake = half(read, 1) if self.together else read
        return self.stabilised(terms, "discriminator", self.discriminator, round, latents, *logits, on_fake=on_fake)

    def generator_loss(
        self,
        generator: nn.Module,
        round: Round,
        real: Tensor,
        fake: Tensor,
        condition: Tensor | None,
        latents: Tensor,
    ) -> Terms:
        """The terms that `generator` minimises, whose fakes of `latents` are judged."""
        reads = self.reads("generator")
        judge = uncompiled(self.discriminator) if reads else self.discriminator
        on_real: Tensor | None = None
        read_of_real, read_of_fake = NOTHING, NOTHING
        if self.together:
            with inputs_of(self.discriminator, reads) as read:
                on_real, on_fake = self.judge_both(judge, real, fake, condition, round)
            read_of_real, read_of_fake = half(read, 0), half(read, 1)
        else:
            with inputs_of(self.discriminator, reads) as read_of_fake:
                on_fake = self.judge(judge, fake, condition, round)
            if self.pairs_with_real or any(option.reads_real for option in self.options):
                with torch.no_grad(), inputs_of(self.discriminator, reads) as read_of_real:
                    on_real = self.judge(judge, real, condition, round)
        wants = self.objective.generator
        terms = {"adversarial": wants(on_fake, on_real) if self.pairs_with_real else wants(on_fake)}
        return self.stabilised(
            terms, "generator", generator, round, latents, on_real, on_fake, read_of_real, read_of_fake
        )

    def reads(self, player: Player) -> set[str]:
        """The layers that options want to see the inputs of in a player's turn."""
        return {option.reads for option in self.options if option.reads is not None and player in option.reads_in}

    def stabilised(
        self,
        terms: dict[str, Tensor],
        player: Player,
        network: nn.Module,
        round: Round,
        latents: Tensor,
        real: Tensor | None,
        fake: Tensor,
        on_real: Inputs = NOTHING,
        on_fake: Inputs = NOTHING,
    ) -> Terms:
        """The terms of a player's loss as the stabilisers leave them."""
        if not self.options:
            return terms
        sight = Sight(
            player,
            network,
            latents,
            round.step,
            real,
            fake,
            on_real,
            on_fake,
            batch_size=round.batch_size,
            over_all=round.over_all,
        )
        return reduce(lambda made, option: option.terms(made, sight), self.options, terms)


def half(read: Inputs, which: int) -> Inputs:
    """The real (0) or fake (1) half of what entered layers in one batch of both."""
    return {name: both.chunk(2)[which] for name, both in read.items()}
