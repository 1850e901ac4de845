"""The two-player game of Goodfellow et al. 2014 (arXiv:1406.2661, Algorithm 1), for any networks and objective."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial, reduce
from inspect import signature
from types import MappingProxyType
from typing import ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from ganworks.config import Positive, Settings
from ganworks.data.spec import Spec
from ganworks.errors import UsageError
from ganworks.games.game import Game, Terms, Turn, learning, uncompiled
from ganworks.games.latents import Latents
from ganworks.games.parts import (
    PENALTIES,
    DiscriminatorPart,
    GeneratorPart,
    Objective,
    Penalties,
    Stabilisers,
    differentiated_by,
    objective,
    player,
    stabiliser,
)
from ganworks.games.round import Round
from ganworks.lookup import Part, find
from ganworks.losses.judgement import Judgement
from ganworks.networks.precision import in_full
from ganworks.networks.reading import Inputs, inputs_of
from ganworks.randomness import generator
from ganworks.stabilisers.stabiliser import Adversarial, Draw, Imagine, Player, Sight, Stabiliser


class GANSettings(Settings):
    """Who plays, for what, and how often."""

    generator: GeneratorPart = Field(Part(name="dcgan"), description="network that makes samples")
    discriminator: DiscriminatorPart = Field(Part(name="dcgan"), description="network that judges them")
    latent: Latents = Field(Latents(), description="the generator's input")
    objective: Objective = Field("nonsaturating", description="what the players want")
    penalties: Penalties = Field({}, description="terms added to the discriminator's loss")
    stabilisers: Stabilisers = Field({}, description="options on any family, in the order in which they act")
    discriminator_steps: Positive = Field(1, description="discriminator turns in a step, k of Algorithm 1")


class GAN(Game):
    """D learns to tell real from generated samples, G to make D wrong."""

    settings_type: ClassVar[type[Settings]] = GANSettings

    def __init__(self, spec: Spec, settings: GANSettings) -> None:
        super().__init__(spec)
        self.settings = settings
        self.objective = objective(settings.objective)
        self.pairs_with_real = "real" in signature(self.objective.generator).parameters
        self.penalties = {name: find("penalty", PENALTIES, name, "penalty") for name in settings.penalties}
        self.differentiated = {
            player for name, chosen in settings.penalties.items() for player in differentiated_by(name, chosen)
        }
        self.stabilisers = nn.ModuleDict(
            {name.replace(".", "_"): stabiliser(name, chosen) for name, chosen in settings.stabilisers.items()}
        )
        self.adversarial = self.stabilised_objective()
        self.generator, self.discriminator = self.networks()
        for option in self.options:
            option.prepare(self)
        for option in self.options:
            option.settle(self)
        self.reads: dict[str, set[str]] = {
            player: {option.reads for option in self.options if option.reads is not None and player in option.reads_in}
            for player in ("generator", "discriminator")
        }
        if settings.penalties and (mixing := self.mixer):
            raise UsageError(
                f"penalty {next(iter(settings.penalties))} needs D's gradient at each sample alone, and with"
                f" {mixing} D judges a sample by its neighbours: leave one of the two out"
            )

    @property
    def options(self) -> list[Stabiliser]:
        return list(self.stabilisers.values())  # type: ignore[arg-type]

    @property
    def mixer(self) -> str | None:
        """What makes D judge a sample by its neighbours in the batch, if anything does."""
        if any(isinstance(layer, _BatchNorm) for layer in self.discriminator.modules()):
            return "batch norm"
        mixing = (name for name, option in self.stabilisers.items() if option.mixes_samples)
        return next(mixing, None)

    @property
    def together(self) -> bool:
        """Whether D judges real and fake samples in one batch."""
        return any(option.together for option in self.options)

    def allows(self, batch_size: int, parts: int) -> None:
        share = max(1, batch_size // parts)
        strides = {1, *(chosen.get("every", 1) for chosen in self.settings.penalties.values())}
        counts = {len(range(-first % n, share, n)) for n in strides for first in range(0, batch_size, share)}
        for option in self.options:
            for count in counts:
                option.allows(count)

    def stabilised_objective(self) -> Adversarial:
        """D's loss of logits as the stabilisers leave it."""
        discriminator = self.objective.discriminator
        plain: Adversarial = lambda real, fake, draw: discriminator(real, fake)  # noqa: E731
        return reduce(lambda loss, option: option.adversarial(loss, self.objective), self.options, plain)

    def networks(self) -> tuple[nn.Module, nn.Module]:
        chosen, shape = self.settings, self.spec.shape
        return (
            player("generator", chosen.generator, shape=shape, latent=chosen.latent.size),
            player("discriminator", chosen.discriminator, shape=self.judged_shape(shape), conditions=0),
        )

    def judged_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of what D judges at once, for inputs of `shape`."""
        return reduce(lambda seen, option: option.judged_shape(seen), self.options, shape)

    def turns(self) -> list[Turn]:
        return [
            Turn(
                "discriminator",
                [self.discriminator, *(option for option in self.options if any(True for _ in option.parameters()))],
                self.discriminator_loss,
                self.settings.discriminator_steps,
                partial(self.afterwards, "discriminator"),
            ),
            Turn("generator", [self.generator], self.generator_loss, afterwards=partial(self.afterwards, "generator")),
        ]

    def afterwards(self, player: Player) -> None:
        for option in self.options:
            option.afterwards(player, getattr(self, player))

    def discriminator_loss(self, round: Round) -> Terms:
        condition = self.condition(round)
        real, fake = round.real.detach(), self.fakes(round, condition).detach()
        real.requires_grad_("real" in self.differentiated)
        fake.requires_grad_("fake" in self.differentiated)
        twice = uncompiled(self.discriminator)
        reads = self.reads["discriminator"]
        judge = twice if self.differentiated or reads else self.discriminator
        with inputs_of(self.discriminator, reads) as read:
            real_logits, fake_logits = self.judge_both(judge, real, fake, condition, round)
        judgement = Judgement(
            real,
            fake,
            real_logits,
            fake_logits,
            discriminate=lambda samples, rows: self.judge(
                twice, samples, condition[rows] if condition is not None else None, round, rows
            ),
            uniform=round.uniform,
            normal=round.normal,
            every=round.every,
            over_all=round.over_all,
        )
        round.note(real=real, fake=fake, real_logits=real_logits, fake_logits=fake_logits)
        verdicts = real_logits, fake_logits
        for option in self.options:
            verdicts = option.verdicts(*verdicts, round.share)
        terms = {"adversarial": self.adversarial(*verdicts, round.share)}
        for name, penalty in self.penalties.items():
            terms[name] = penalty(judgement, **self.settings.penalties[name])
        # Alone, fakes were judged last.
        on_fake = {name: both.chunk(2)[1] for name, both in read.items()} if self.together else read
        return self.stabilised(terms, "discriminator", round, real_logits, fake_logits, on_fake=on_fake)

    def generator_loss(self, round: Round) -> Terms:
        condition = self.condition(round)
        reads = self.reads["generator"]
        judge = uncompiled(self.discriminator) if reads else self.discriminator
        fakes = self.fakes(round, condition)
        real: Tensor | None = None
        on_real: Inputs = {}
        on_fake: Inputs
        if self.together:
            with inputs_of(self.discriminator, reads) as on_both:
                real, fake = self.judge_both(judge, round.real, fakes, condition, round)
            on_real, on_fake = ({name: both.chunk(2)[i] for name, both in on_both.items()} for i in range(2))
        else:
            with inputs_of(self.discriminator, reads) as on_fake:
                fake = self.judge(judge, fakes, condition, round)
            if self.pairs_with_real or reads:
                with torch.no_grad(), inputs_of(self.discriminator, reads) as on_real:
                    real = self.judge(judge, round.real, condition, round)
        adversarial = self.objective.generator(fake, real) if self.pairs_with_real else self.objective.generator(fake)
        return self.stabilised({"adversarial": adversarial}, "generator", round, real, fake, on_real, on_fake)

    def stabilised(
        self,
        terms: dict[str, Tensor],
        player: Player,
        round: Round,
        real: Tensor | None,
        fake: Tensor,
        on_real: Inputs = MappingProxyType({}),
        on_fake: Inputs = MappingProxyType({}),
    ) -> Terms:
        """The terms of a player's loss as the stabilisers leave them."""
        sight = Sight(
            player,
            getattr(self, player),
            self.latents(round),
            round.step,
            real,
            fake,
            on_real,
            on_fake,
            batch_size=round.batch_size,
            over_all=round.over_all,
        )
        return reduce(lambda made, option: option.terms(made, sight), self.options, terms)

    def latents(self, round: Round) -> Tensor:
        """What this round's samples are generated from."""
        latents: Tensor = round.once("latents", lambda: round.share(self.draw_latents))
        return latents

    def fakes(self, round: Round, condition: Tensor | None) -> Tensor:
        """This round's generated samples; made once, with G's graph, where both turns can use the same."""
        make = self.with_graph if round.whole else self.imagine
        fakes: Tensor = round.once("fakes", lambda: make(self.latents(round), condition))
        return fakes

    def with_graph(self, latents: Tensor, condition: Tensor | None) -> Tensor:
        """Samples through which G can learn, though it is not its turn."""
        with learning(self.generator):
            return self.imagine(latents, condition)

    def condition(self, round: Round) -> Tensor | None:
        """What both players are told of each sample of a round."""
        return self.encode(round.labels)

    def encode(self, labels: Tensor | None) -> Tensor | None:
        """What both players are told of samples with N labels: nothing here."""
        return None

    def imagine(self, latents: Tensor, condition: Tensor | None) -> Tensor:
        """The samples N×… of N latents and conditions."""
        make: Imagine = self.make
        for option in self.options:
            make = option.imagining(make, self.generator)
        return make(latents, condition)

    def make(self, latents: Tensor, condition: Tensor | None) -> Tensor:
        return in_full(self.generator(latents))

    def judge(
        self,
        discriminator: Callable[..., Tensor],
        samples: Tensor,
        condition: Tensor | None,
        round: Round | None = None,
        rows: slice = slice(None),
    ) -> Tensor:
        """D's logits of samples, any shape with leading N: in the place of some `rows` of a round, or as they are."""
        return in_full(discriminator(*self.inputs(samples, condition, round, rows)))

    def judge_both(
        self,
        discriminator: Callable[..., Tensor],
        real: Tensor,
        fake: Tensor,
        condition: Tensor | None,
        round: Round,
    ) -> tuple[Tensor, Tensor]:
        """D's logits of real and of as many fake samples, each in batches of their own or all in one."""
        if not self.together:
            return self.judge(discriminator, real, condition, round), self.judge(discriminator, fake, condition, round)
        pairs = zip(*(self.inputs(samples, condition, round) for samples in (real, fake)), strict=True)
        of_real, of_fake = in_full(discriminator(*map(torch.cat, pairs))).chunk(2)
        return of_real, of_fake

    def inputs(
        self, samples: Tensor, condition: Tensor | None, round: Round | None, rows: slice = slice(None)
    ) -> list[Tensor]:
        """What D is given of samples in the place of some `rows` of a round, or as they are."""
        if round is not None:
            draw: Draw = lambda make: round.share(make)[rows]  # noqa: E731
            for option in self.options:
                samples = option.see(samples, draw, round.step)
        return [self.gathered(shown) for shown in self.shown(samples, condition)]

    def shown(self, samples: Tensor, condition: Tensor | None) -> Iterable[Tensor]:
        """The discriminator's arguments."""
        return (samples,)

    def gathered(self, inputs: Tensor) -> Tensor:
        return reduce(lambda seen, option: option.gather(seen), self.options, inputs)

    def draw_latents(self, count: int, random: torch.Generator, truncation: float | None = None) -> Tensor:
        prior = self.settings.latent.draw(count, random, truncation)
        return reduce(lambda latents, option: option.latents(latents, random), self.options, prior)

    @torch.no_grad()
    def features(self, layer: str) -> int:
        training = self.discriminator.training
        self.discriminator.eval()
        _, condition = self.reference(2)
        with inputs_of(self.discriminator, {layer}) as read:
            self.judge(uncompiled(self.discriminator), torch.zeros(2, *self.spec.shape), condition)
        self.discriminator.train(training)
        return read[layer].numel() // 2

    def reference(self, count: int) -> tuple[Tensor, Tensor | None]:
        """`count` latents and conditions that are the same in every run."""
        random = generator(0, "reference")
        return self.draw_latents(count, random), self.encode(self.draw_labels(count, random))

    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.imagine(latents, self.encode(labels))

    def discriminate(self, samples: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.judge(uncompiled(self.discriminator), samples, self.encode(labels))
