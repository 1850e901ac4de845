"""Unpaired translation (Zhu et al. 2017, arXiv:1703.10593): there and back again is where one began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from ganworks.config import NotNegative, Positive, Settings
from ganworks.data.batches import Batch
from ganworks.data.pairing import IMAGE
from ganworks.data.spec import Spec
from ganworks.errors import UsageError, unknown
from ganworks.games.adversary import Adversary
from ganworks.games.any_size import at_any_size
from ganworks.games.examples import Examples
from ganworks.games.game import Game, Terms, Turn
from ganworks.games.image_pool import ImagePool
from ganworks.games.judging import judged_shape
from ganworks.games.parts import (
    DiscriminatorPart,
    Objective,
    Penalties,
    Stabilisers,
    TranslatorPart,
    player,
    stabilisers,
)
from ganworks.games.round import Round
from ganworks.games.translation import DIRECTIONS, Direction
from ganworks.lookup import Part
from ganworks.losses.reconstruction import l1
from ganworks.networks.precision import in_full
from ganworks.stabilisers.stabiliser import Imagine, Player, Stabiliser


class CycleGANSettings(Settings):
    """Who plays, and what keeps two translators from making anything of anything."""

    generator: TranslatorPart = Field(Part(name="resnet-translator"), description="both networks that translate")
    discriminator: DiscriminatorPart = Field(Part(name="patchgan", norm="instance"), description="both that judge")
    objective: Objective = Field("least-squares", description="what the players want")
    penalties: Penalties = Field({}, description="terms added to the discriminators' losses")
    stabilisers: Stabilisers = Field({}, description="options on any family, in each direction, in this order")
    discriminator_steps: Positive = Field(1, description="discriminator turns in a step; the paper's: 1")
    # The paper's λ is 10 beside a least squares of G without the ½ of Mao et al., which ours has.
    cycle: NotNegative = Field(5.0, description="weight of the way there and back, λ of eq. 3")
    identity: NotNegative = Field(
        0.5, description="of that weight, for what is in the wanted domain already; none where channels differ"
    )
    pool: int = Field(50, ge=0, description="older fakes that each discriminator is shown")


@dataclass
class Way:
    """A translator of C×H×W pictures `given` and who judges what it makes, as stabilisers find them."""

    generator: nn.Module
    discriminator: nn.Module
    spec: Spec
    given: tuple[int, ...]
    adversary: Adversary

    @property
    def mixer(self) -> str | None:
        return self.adversary.mixer

    def judged_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return judged_shape(self.adversary.options, shape)

    def reference(self, count: int) -> tuple[Tensor, Tensor | None]:
        return torch.zeros(count, *self.given), None

    def features(self, layer: str) -> int:
        samples = torch.zeros(self.adversary.judged_at_once, *self.spec.shape)
        return self.adversary.features(layer, samples, None)[0].numel()


class CycleGAN(Game):
    """G: A → B and F: B → A, where B is the data and A its input, with a discriminator for each domain."""

    settings_type: ClassVar[type[Settings]] = CycleGANSettings
    exports = ("generator", "inverse")
    takes_input = True

    def __init__(self, spec: Spec, settings: CycleGANSettings) -> None:
        super().__init__(spec)
        self.settings = settings
        shape, given = spec.shape, dict(spec.given).get(IMAGE)
        if given is None:
            raise UsageError("CycleGAN translates between two domains: set data.input to the folder of the other one")
        if given[1:] != shape[1:]:
            raise UsageError(f"both domains must be of one size, not {given[1:]} and {shape[1:]}: set data.resolution")
        self.generator = player("translator", settings.generator, shape=shape, given=given)
        self.inverse = player("translator", settings.generator, shape=given, given=shape)
        # What options remember is of one translator and one judge, so that each way has its own.
        self.stabilisers, self.inverse_stabilisers = (stabilisers(settings.stabilisers) for _ in range(2))
        self.discriminator = self.judge_of(shape, self.stabilisers)
        self.inverse_discriminator = self.judge_of(given, self.inverse_stabilisers)
        self.adversary = self.adversary_of(self.generator, self.discriminator, self.stabilisers, shape, given)
        self.inverse_adversary = self.adversary_of(
            self.inverse, self.inverse_discriminator, self.inverse_stabilisers, given, shape
        )
        self.pool, self.inverse_pool = ImagePool(settings.pool, shape), ImagePool(settings.pool, given)
        self.examples = Examples(given)

    def judge_of(self, shape: tuple[int, ...], options: nn.ModuleDict) -> nn.Module:
        """A discriminator of images C×H×W."""
        seen = judged_shape(options.values(), shape)  # type: ignore[arg-type]
        return player("discriminator", self.settings.discriminator, shape=seen, conditions=0)

    def adversary_of(
        self,
        translator: nn.Module,
        judge: nn.Module,
        options: nn.ModuleDict,
        shape: tuple[int, ...],
        given: tuple[int, ...],
    ) -> Adversary:
        """A discriminator's side of the game, with what options make of both networks."""
        chosen, named = self.settings, dict(options.items())
        adversary = Adversary(judge, named, lambda samples, _: (samples,), chosen.objective, chosen.penalties)  # type: ignore[arg-type]
        way = Way(translator, judge, replace(self.spec, shape=shape), given, adversary)
        for option in adversary.options:
            option.prepare(way)
        for option in adversary.options:
            option.settle(way)
        adversary.require_own_gradients()
        return adversary

    @property
    def options(self) -> list[Stabiliser]:
        """Of both ways."""
        return [*self.adversary.options, *self.inverse_adversary.options]

    @property
    def mixer(self) -> str | None:
        return self.adversary.mixer

    def allows(self, batch_size: int, parts: int) -> None:
        for adversary in (self.adversary, self.inverse_adversary):
            adversary.allows(batch_size, parts)

    def turns(self) -> list[Turn]:
        learnt = [option for option in self.options if any(True for _ in option.parameters())]
        return [
            Turn(
                "generator",
                [self.generator, self.inverse],
                self.generator_loss,
                afterwards=partial(self.afterwards, "generator"),
            ),
            Turn(
                "discriminator",
                [self.discriminator, self.inverse_discriminator, *learnt],
                self.discriminator_loss,
                self.settings.discriminator_steps,
                partial(self.afterwards, "discriminator"),
            ),
        ]

    def afterwards(self, player: Player) -> None:
        translators, judges = (self.generator, self.inverse), (self.discriminator, self.inverse_discriminator)
        adversaries = (self.adversary, self.inverse_adversary)
        for adversary, network in zip(adversaries, translators if player == "generator" else judges, strict=True):
            for option in adversary.options:
                option.afterwards(player, network)

    def generator_loss(self, round: Round) -> Terms:
        """Eq. 3 and the identity loss of section 5.2; least squares have a half here that the paper's have not."""
        given, real = round.given[IMAGE], round.real
        fake, inverse_fake = self.fakes(round)
        around = l1(self.inverse_translated(fake), given) + l1(self.translated(inverse_fake), real)
        there = self.adversary.generator_loss(self.generator, round, real, fake, None, given)
        back = self.inverse_adversary.generator_loss(self.inverse, round, given, inverse_fake, None, real)
        terms = {**both_ways(there, back), "cycle": self.settings.cycle * around}
        if self.settings.identity and given.shape == real.shape:
            same = l1(self.translated(real), real) + l1(self.inverse_translated(given), given)
            terms["identity"] = self.settings.identity * self.settings.cycle * same
        return terms

    def discriminator_loss(self, round: Round) -> Terms:
        given, real = round.given[IMAGE], round.real
        fake, inverse_fake = self.fakes(round)
        shown, inverse_shown = self.pool.exchanged(fake, round), self.inverse_pool.exchanged(inverse_fake, round)
        # What is noted last is what the doctor sees: the data.
        back = self.inverse_adversary.loss(round, given, inverse_shown, None, real)
        return both_ways(self.adversary.loss(round, real, shown, None, given), back)

    def fakes(self, round: Round) -> tuple[Tensor, Tensor]:
        """This round's images of B and of A, made once where both turns can use the same."""
        made: tuple[Tensor, Tensor] = round.once(
            "fakes", lambda: (self.translated(round.given[IMAGE]), self.inverse_translated(round.real))
        )
        return made

    def translated(self, images: Tensor) -> Tensor:
        """G: N images of A in B."""
        return self.imagined(self.generator, self.adversary, images)

    def inverse_translated(self, images: Tensor) -> Tensor:
        """F: N images of B in A."""
        return self.imagined(self.inverse, self.inverse_adversary, images)

    def imagined(self, translator: nn.Module, adversary: Adversary, images: Tensor) -> Tensor:
        make: Imagine = lambda images, _: in_full(translator(images))  # noqa: E731
        for option in adversary.options:
            make = option.imagining(make, translator)
        return make(images, None)

    def discriminate(self, samples: Tensor, condition: Tensor | None = None) -> Tensor | None:
        """As many logits of images of B as the samples fill packs; None where they fill none."""
        return self.adversary.judged_alone(samples, None)

    def meet(self, examples: Batch) -> None:
        self.examples.remember(examples.given[IMAGE])

    def compare(self) -> Sequence[Tensor]:
        return self.examples.compared(self.translated)

    def draw_latents(self, count: int, random: torch.Generator, truncation: float | None = None) -> Tensor:
        return self.examples.draw(count, random, truncation)

    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """N translations into B of N images of A."""
        return self.translated(latents)

    varies = False

    def translate(self, images: Tensor, *, direction: Direction = "a2b") -> Tensor:
        """By G, or by F where the direction is b2a."""
        if direction not in DIRECTIONS:
            raise unknown("direction", direction, DIRECTIONS)
        if direction == "a2b":
            return at_any_size(self.generator, images, self.translated)
        return at_any_size(self.inverse, images, self.inverse_translated)

    def exercise(self, random: torch.Generator, count: int) -> None:
        self.inverse_translated(self.translated(self.draw_latents(count, random)))


def both_ways(there: Terms, back: Terms) -> dict[str, Tensor]:
    """The terms of both, those of the way back by their own names."""
    return {**there, **{f"inverse_{name}": term for name, term in back.items()}}
