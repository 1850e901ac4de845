"""The two-player game of Goodfellow et al. 2014 (arXiv:1406.2661, Algorithm 1), for any networks and objective."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, partial, reduce
from typing import ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from ganworks.config import Positive, Settings
from ganworks.data.spec import Spec
from ganworks.games.adversary import Adversary
from ganworks.games.game import Game, Terms, Turn, learning
from ganworks.games.judging import judged_shape
from ganworks.games.latents import Latents
from ganworks.games.parts import (
    DiscriminatorPart,
    GeneratorPart,
    Objective,
    Penalties,
    Stabilisers,
    player,
    stabilisers,
)
from ganworks.games.round import Round
from ganworks.lookup import Part
from ganworks.networks.precision import in_full
from ganworks.randomness import generator
from ganworks.stabilisers.stabiliser import Imagine, Player, Stabiliser


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
        self.stabilisers = stabilisers(settings.stabilisers)
        self.generator, self.discriminator = self.networks()
        named: dict[str, Stabiliser] = dict(self.stabilisers.items())  # type: ignore[arg-type]
        self.adversary = Adversary(self.discriminator, named, self.shown, settings.objective, settings.penalties)
        for option in self.options:
            option.prepare(self)
        for option in self.options:
            option.settle(self)
        self.adversary.require_own_gradients()

    @property
    def options(self) -> list[Stabiliser]:
        return list(self.stabilisers.values())  # type: ignore[arg-type]

    @property
    def mixer(self) -> str | None:
        return self.adversary.mixer

    def allows(self, batch_size: int, parts: int) -> None:
        self.adversary.allows(batch_size, parts)

    def networks(self) -> tuple[nn.Module, nn.Module]:
        chosen, shape = self.settings, self.spec.shape
        return (
            player("generator", chosen.generator, shape=shape, latent=chosen.latent.size),
            player("discriminator", chosen.discriminator, shape=self.judged_shape(shape), conditions=0),
        )

    def judged_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of what D judges at once, for inputs of `shape`."""
        return judged_shape(self.options, shape)

    def turns(self) -> list[Turn]:
        learnt = [option for option in self.options if any(True for _ in option.parameters())]
        return [
            Turn(
                "discriminator",
                [self.discriminator, *learnt],
                self.discriminator_loss,
                self.settings.discriminator_steps,
                partial(self.afterwards, "discriminator"),
            ),
            Turn("generator", [self.generator], self.generator_loss, afterwards=partial(self.afterwards, "generator")),
        ]

    def discriminator_loss(self, round: Round) -> Terms:
        condition = self.condition(round)
        fakes = self.fakes(round, condition)
        return self.adversary.loss(round, round.real, fakes, condition, self.latents(round))

    def generator_loss(self, round: Round) -> Terms:
        condition = self.condition(round)
        fakes = self.fakes(round, condition)
        return self.adversary.generator_loss(self.generator, round, round.real, fakes, condition, self.latents(round))

    def afterwards(self, player: Player) -> None:
        for option in self.options:
            option.afterwards(player, getattr(self, player))

    def latents(self, round: Round) -> Tensor:
        """What this round's samples are generated from."""
        latents: Tensor = round.once("latents", lambda: round.share(self.draw_latents))
        return latents

    def fakes(self, round: Round, condition: Tensor | None) -> Tensor:
        """This round's generated samples; made once, with G's graph, where both turns can use the same."""
        make = self.with_graph if round.whole else self.imagine
        fakes: Tensor = round.once("fakes", lambda: make(self.latents(round), condition))
        return fakes

    @cached_property
    def generator_parameters(self) -> tuple[nn.Parameter, ...]:
        """Those of G once it is built: to find them anew in every step takes longer than a small layer."""
        return tuple(self.generator.parameters())

    def with_graph(self, latents: Tensor, condition: Tensor | None) -> Tensor:
        """Samples through which G can learn, though it is not its turn."""
        with learning(self.generator_parameters):
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

    def shown(self, samples: Tensor, condition: Tensor | None) -> Iterable[Tensor]:
        """The discriminator's arguments."""
        return (samples,)

    def draw_latents(self, count: int, random: torch.Generator, truncation: float | None = None) -> Tensor:
        prior = self.settings.latent.draw(count, random, truncation)
        return reduce(lambda latents, option: option.latents(latents, random), self.options, prior)

    def reference(self, count: int) -> tuple[Tensor, Tensor | None]:
        """`count` latents and conditions that are the same in every run."""
        random = generator(0, "reference")
        return self.draw_latents(count, random), self.encode(self.draw_labels(count, random))

    def features(self, layer: str) -> int:
        count = self.adversary.judged_at_once
        _, condition = self.reference(count)
        return self.adversary.features(layer, torch.zeros(count, *self.spec.shape), condition)[0].numel()

    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.imagine(latents, self.encode(labels))

    def discriminate(self, samples: Tensor, condition: Tensor | None = None) -> Tensor | None:
        """As many logits as the samples fill packs; None where they fill none."""
        return self.adversary.judged_alone(samples, condition)
