"""The two-player game of Goodfellow et al. 2014 (arXiv:1406.2661, Algorithm 1), for any networks and objective."""

from __future__ import annotations

from inspect import isclass, signature
from types import SimpleNamespace
from typing import Annotated, Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from ganworks.config import Positive, Settings
from ganworks.data.spec import Spec
from ganworks.errors import UsageError
from ganworks.games.game import Game, Terms, Turn, in_full, learning, uncompiled
from ganworks.games.latents import Latents
from ganworks.games.round import Round
from ganworks.lookup import Part, build, find, named, part, parts, source, supplied
from ganworks.losses.judgement import Judgement
from ganworks.stabilisers.weight_clipping import clip_weights

NETWORKS, OBJECTIVES, PENALTIES = (
    "ganworks.networks",
    "ganworks.losses.objectives",
    "ganworks.losses.penalties",
)

GeneratorPart = Annotated[Part, part("generator", NETWORKS, "Generator", given=("shape", "latent"))]
DiscriminatorPart = Annotated[Part, part("discriminator", NETWORKS, "Discriminator", given=("shape", "conditions"))]
Objective = Annotated[str, named("objective", OBJECTIVES)]
Penalties = Annotated[dict[str, dict[str, Any]], parts("penalty", PENALTIES, "penalty", given=("judgement",))]


class GANSettings(Settings):
    """Who plays, for what, and how often."""

    generator: GeneratorPart = Field(Part(name="dcgan"), description="network that makes samples")
    discriminator: DiscriminatorPart = Field(Part(name="dcgan"), description="network that judges them")
    latent: Latents = Field(Latents(), description="the generator's input")
    objective: Objective = Field("nonsaturating", description="what the players want")
    penalties: Penalties = Field({}, description="terms added to the discriminator's loss")
    clip_weights: float | None = Field(None, gt=0, description="keep the discriminator's weights in [-c, c]")
    discriminator_steps: Positive = Field(1, description="discriminator turns in a step, k of Algorithm 1")


def player(kind: str, chosen: Part, **given: Any) -> nn.Module:
    """A generator or discriminator with the settings of `chosen` and those of the `given` that it asks for.

    A run may come from somebody else: what an import path of its configuration leads to is only ever called if it
    is a class of nn.Module, or was handed over in this process.
    """
    make = find(kind, NETWORKS, chosen.name, kind.capitalize())
    if chosen.name not in supplied and not (isclass(make) and issubclass(make, nn.Module)):
        raise UsageError(f"{kind} {chosen.name!r} is no class of torch.nn.Module, which an import path must lead to")
    network = build(make, given, chosen.settings)
    if not isinstance(network, nn.Module):
        raise UsageError(f"{kind} {chosen.name!r} makes a {type(network).__name__}, not a torch.nn.Module")
    return network


def objective(name: str) -> SimpleNamespace:
    """The two functions of the objective called `name`, apart from their module, which cannot be copied."""
    found = source("objective", OBJECTIVES, name)
    functions = {player: getattr(found, player, None) for player in ("discriminator", "generator")}
    for player, function in functions.items():
        if not callable(function):
            raise UsageError(f"objective {name!r} has no function {player!r}: it needs both players'")
    return SimpleNamespace(**functions)


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
        self.generator, self.discriminator = self.networks()

    def networks(self) -> tuple[nn.Module, nn.Module]:
        chosen, shape = self.settings, self.spec.shape
        return (
            player("generator", chosen.generator, shape=shape, latent=chosen.latent.size),
            player("discriminator", chosen.discriminator, shape=shape, conditions=0),
        )

    def turns(self) -> list[Turn]:
        limit, steps = self.settings.clip_weights, self.settings.discriminator_steps
        clip = (lambda: clip_weights(self.discriminator, limit)) if limit else None
        return [
            Turn("discriminator", [self.discriminator], self.discriminator_loss, times=steps, afterwards=clip),
            Turn("generator", [self.generator], self.generator_loss),
        ]

    def discriminator_loss(self, round: Round) -> Terms:
        condition = self.condition(round)
        real, fake = round.real.detach(), self.fakes(round, condition).detach()
        real.requires_grad_("real" in self.differentiated)
        fake.requires_grad_("fake" in self.differentiated)
        twice = uncompiled(self.discriminator)
        judge = twice if self.differentiated else self.discriminator
        judgement = Judgement(
            real,
            fake,
            real_logits=self.judge(judge, real, condition),
            fake_logits=self.judge(judge, fake, condition),
            discriminate=lambda samples, rows: self.judge(
                twice, samples, condition[rows] if condition is not None else None
            ),
            uniform=round.uniform,
            every=round.every,
        )
        terms = {"adversarial": self.objective.discriminator(judgement.real_logits, judgement.fake_logits)}
        for name, penalty in self.penalties.items():
            terms[name] = penalty(judgement, **self.settings.penalties[name])
        return terms

    def generator_loss(self, round: Round) -> Terms:
        condition = self.condition(round)
        fake = self.judge(self.discriminator, self.fakes(round, condition), condition)
        if not self.pairs_with_real:
            return {"adversarial": self.objective.generator(fake)}
        with torch.no_grad():
            real = self.judge(self.discriminator, round.real, condition)
        return {"adversarial": self.objective.generator(fake, real)}

    def fakes(self, round: Round, condition: Tensor | None) -> Tensor:
        """This round's generated samples; made once, with G's graph, where both turns can use the same."""
        if not round.whole:
            return self.imagine(round.share(self.draw_latents), condition)
        fakes: Tensor = round.once("fakes", lambda: self.with_graph(round.share(self.draw_latents), condition))
        return fakes

    def with_graph(self, latents: Tensor, condition: Tensor | None) -> Tensor:
        """Samples through which G can learn, though it is not its turn."""
        with learning(self.generator):
            return self.imagine(latents, condition)

    def condition(self, round: Round) -> Tensor | None:
        """What both players are told of each sample: nothing here."""
        return None

    def imagine(self, latents: Tensor, condition: Tensor | None) -> Tensor:
        return in_full(self.generator(latents))

    def judge(self, discriminator: Any, samples: Tensor, condition: Tensor | None) -> Tensor:
        """Logits of any shape with leading N."""
        return in_full(discriminator(samples))

    def draw_latents(self, count: int, random: torch.Generator, truncation: float | None = None) -> Tensor:
        return self.settings.latent.draw(count, random, truncation)

    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.imagine(latents, None)


def differentiated_by(penalty: str, settings: dict[str, Any]) -> set[str]:
    """Whose samples' logits, "real" or "fake", a penalty differentiates; both where it does not say."""
    differentiates = getattr(source("penalty", PENALTIES, penalty), "differentiates", None)
    players: set[str] = differentiates(**settings) if differentiates else {"real", "fake"}
    return players
