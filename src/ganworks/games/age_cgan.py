"""Face ageing (Antipov et al. 2017, arXiv:1702.01983): find the latent that is this person, then change the age.

The age is the label of a conditional GAN; an encoder gives a first guess of the latent, which is then optimised for a
network that knows people to see the same person. Nothing in the paper makes a latent one person at every age: our
identity term does, by contrast (InfoNCE, van den Oord et al. 2018, arXiv:1807.03748, eq. 4). Nor is every face one that
G can make: a copy of G learns it around its latent (pivotal tuning, Roich et al. 2021, arXiv:2106.05744, section 3.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal, NamedTuple

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import cross_entropy, interpolate, normalize
from torch.optim import Adam

from ganworks.config import NotNegative, Positive, Rate, Settings
from ganworks.data.ages import class_of, classes_of_years
from ganworks.data.batches import Batch
from ganworks.data.identities import IDENTITY
from ganworks.data.spec import Spec
from ganworks.errors import UsageError, unknown
from ganworks.games.any_size import AT_ONCE
from ganworks.games.cgan import ConditionalGAN, ConditionalGANSettings
from ganworks.games.examples import Examples
from ganworks.games.game import Game, Stage, Terms, Turn
from ganworks.games.parts import EncoderPart, player
from ganworks.games.round import Round
from ganworks.lookup import Part
from ganworks.losses.reconstruction import l2
from ganworks.networks.evaluating import evaluating
from ganworks.networks.locality import draws
from ganworks.networks.precision import in_full

RADIUS = 16.0
"""Of the sphere on which identities are told apart (Ranjan et al. 2017, arXiv:1703.09507)."""


class Sought(NamedTuple):
    """N images, FR of them, their own age classes, and those asked for."""

    images: Tensor
    people: Tensor
    ages: Tensor
    asked: Tensor


class AgeCGANSettings(ConditionalGANSettings):
    """A conditional GAN's, and how the latent of a face is found."""

    encoder: EncoderPart = Field(Part(name="icgan"), description="network that guesses the latent of a face")
    recogniser: EncoderPart = Field(Part(name="icgan"), description="network that sees who it is, and how old")
    embedding: Positive = Field(64, description="numbers that tell who it is")
    identity: NotNegative = Field(
        0.1, description="weight of a latent being one person at all ages, where people are known; the paper's: 0"
    )
    adversarial_steps: Positive = Field(8_000, description="steps before the encoder learns")
    known_at: Literal["own", "asked"] = Field(
        "asked", description="age at which the search looks for the person: own of the picture, as published, or asked"
    )
    search: int = Field(100, ge=0, description="steps of the latent's optimisation; 0 for the encoder's guess")
    search_rate: Rate = Field(0.03, description="learning rate of the latent's optimisation")
    tuning: int = Field(20, ge=0, description="steps in which a copy of G learns a face at its own age; the paper's: 0")
    tuning_rate: Rate = Field(3e-4, description="learning rate of that copy")


class Generating(nn.Module):
    """A game that makes images when it is called, so that it can be called with other weights."""

    def __init__(self, game: Game) -> None:
        super().__init__()
        self.game = game

    def forward(self, latents: Tensor, labels: Tensor) -> Tensor:
        return self.game.generate(latents, labels)


class AgeCGAN(ConditionalGAN):
    """x of age y₀ becomes G(z*, y), where z* = argmin ‖FR(x) − FR(G(z, y₀))‖² (eq. 3), sought from z₀ = E(x).

    FR learns from the identities of the data; where these are not known, pixels are compared (eq. 2). Unless
    `known_at` is own, both count: ‖FR(x) − FR(G(z, y))‖² and the pixels of G(z, y₀).
    """

    settings_type: ClassVar[type[Settings]] = AgeCGANSettings
    settings: AgeCGANSettings
    exports = ("generator", "encoder", "recogniser")

    def __init__(self, spec: Spec, settings: AgeCGANSettings) -> None:
        if not spec.classes:
            raise UsageError(
                "age-cgan learns from ages: set data.ages to classes such as 0-18,19-29,30-39,40-49,50-59,60+,"
                " or put the pictures of each age in a folder of their own"
            )
        super().__init__(spec, settings)
        ages, latent = len(spec.classes), self.reference(1)[0].shape[1]
        self.encoder = player("encoder", settings.encoder, shape=spec.shape, numbers=latent)
        self.recogniser = player("encoder", settings.recogniser, shape=spec.shape, numbers=settings.embedding + ages)
        self.identities = nn.Linear(settings.embedding, len(spec.identities)) if spec.identities else None
        self.examples = Examples(spec.shape)

    def allows(self, batch_size: int, parts: int) -> None:
        super().allows(batch_size, parts)
        norms = [layer for network in (self.encoder, self.recogniser) for layer in network.modules()]
        if batch_size // parts < 2 and any(isinstance(layer, nn.BatchNorm1d) for layer in norms):
            raise UsageError("age-cgan norms what it sees of a batch, of which each part needs two faces or more")

    def stages(self) -> list[Stage]:
        encoding = Turn("encoder", [self.encoder], self.encoder_loss)
        return [Stage(self.turns(), self.settings.adversarial_steps), Stage([encoding])]

    def turns(self) -> list[Turn]:
        heads = [] if self.identities is None else [self.identities]
        return [Turn("recogniser", [self.recogniser, *heads], self.recogniser_loss), *super().turns()]

    def generator_loss(self, round: Round) -> Terms:
        terms = super().generator_loss(round)
        if self.identities is None or not self.settings.identity:
            return terms
        return {**terms, "identity": self.settings.identity * self.confusion(round)}

    def confusion(self, round: Round) -> Tensor:
        """How hard it is to tell by FR which of a batch's latents became whom at another age.

        Were it enough that both look alike, all latents could be one person.
        """
        others = self.imagine(self.latents(round), self.encode(round.share(self.draw_labels)))
        with evaluating(self.recogniser):
            people, _ = self.recognise(torch.cat([self.fakes(round, self.condition(round)), others]))
        now, then = people.chunk(2)
        everyone, mine = round.together(then)
        return cross_entropy(RADIUS * now @ everyone.T, torch.arange(mine.start, mine.stop, device=now.device))

    def encoder_loss(self, round: Round) -> Terms:
        """‖z − E(G(z, y))‖², section 2.2."""
        latents = self.latents(round)
        with torch.no_grad():
            images = self.imagine(latents, self.condition(round))
        return {"latent": l2(in_full(self.encoder(images)), latents)}

    def recogniser_loss(self, round: Round) -> Terms:
        assert round.labels is not None
        who, ages = self.recognise(round.real)
        terms = {"age": cross_entropy(ages, round.labels)}
        if self.identities is not None:
            known = round.given[IDENTITY]
            told = cross_entropy(self.identities(RADIUS * who), known, ignore_index=-1, reduction="sum")
            terms["identity"] = told / (known >= 0).sum().clamp(min=1)
        return terms

    def recognise(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Who is on N images, N×embedding of length 1, and logits N×ages of how old."""
        seen = in_full(self.recogniser(images))
        return normalize(seen[:, : self.settings.embedding]), seen[:, self.settings.embedding :]

    def distances(self, latents: Tensor, sought: Sought) -> Tensor:
        """How far each of N latents is from being the person that is sought."""
        own, recognised = self.settings.known_at == "own", self.identities is not None
        distances = latents.new_zeros(len(latents))
        if recognised:
            seen, _ = self.recognise(self.generate(latents, sought.ages if own else sought.asked))
            distances = distances + (seen - sought.people).square().sum(1)
        if not (recognised and own):
            apart = self.generate(latents, sought.ages) - sought.images
            distances = distances + apart.square().flatten(1).mean(1)
        return distances

    def sought(self, images: Tensor, asked: Tensor) -> Sought:
        """Who is on N images of the run's size, and how old, to become N age classes."""
        people, ages = self.recognise(images)
        return Sought(images, people, ages.argmax(1), asked)

    @torch.no_grad()
    def search(self, sought: Sought) -> Tensor:
        """z* of N images: of all latents tried the nearest, never further than E's guess.

        By Adam, in which the images of a batch do not touch each other; the paper's L-BFGS shares its steps.
        """
        latents = in_full(self.encoder(sought.images)).requires_grad_()
        optimiser = Adam([latents], self.settings.search_rate)
        best, least = latents.clone(), torch.full_like(latents[:, :1], torch.inf)
        for step in range(self.settings.search + 1):
            with torch.enable_grad():
                distances = self.distances(latents, sought)
            now = distances.detach()[:, None]
            best, least = torch.where(now < least, latents.detach(), best), torch.minimum(now, least)
            if step < self.settings.search:
                (latents.grad,) = torch.autograd.grad(distances, latents, torch.ones_like(distances))
                optimiser.step()
        return best

    @property
    def varies(self) -> bool:
        return draws(self.generator)

    def translate(self, images: Tensor, *, age: str | int | None = None) -> Tensor:
        """N×C×H×W faces of the asked age class, by its name or its number from 0.

        Faces are scaled to the run's size and back, so they should be cut out like those that it learnt from. Raises
        UsageError without a class, or for one that is not there.
        """
        asked, (height, width) = self.age_class(age), images.shape[2:]
        faces = scaled(images, *self.spec.shape[1:])
        return scaled(self.aged(faces, torch.full((len(faces),), asked, device=faces.device)), height, width)

    @torch.no_grad()
    def aged(self, images: Tensor, asked: Tensor) -> Tensor:
        """N faces of the run's size at N ages."""
        parts = zip(torch.split(images, AT_ONCE), torch.split(asked, AT_ONCE), strict=True)
        return torch.cat([self.become(self.sought(faces, ages)) for faces, ages in parts])

    def become(self, sought: Sought) -> Tensor:
        """N faces as they are sought, each by its own copy of G where these learn."""
        latents = self.search(sought)
        if not self.settings.tuning:
            return self.generate(latents, sought.asked)
        faces = (Sought(*(part[row : row + 1] for part in sought)) for row in range(len(latents)))
        return torch.cat([self.tuned(latent[None], face) for latent, face in zip(latents, faces, strict=True)])

    def tuned(self, latent: Tensor, face: Sought) -> Tensor:
        """One face at the asked age, by a copy of G that has learnt it at its own age, by pixels, at its 1×D latent z*.

        Only pixels are compared here, and nothing holds other latents where they were: each copy makes one image.
        """
        generating = Generating(self)
        weights = {
            f"game.generator.{name}": learnt.detach().clone().requires_grad_()
            for name, learnt in self.generator.named_parameters()
        }
        optimiser = Adam(weights.values(), self.settings.tuning_rate)
        for _ in range(self.settings.tuning):
            with torch.enable_grad():
                apart = l2(functional_call(generating, weights, (latent, face.ages)), face.images)
            optimiser.zero_grad()
            torch.autograd.backward(apart, inputs=list(weights.values()))
            optimiser.step()
        return functional_call(generating, weights, (latent, face.asked))  # type: ignore[no-any-return]

    def age_class(self, age: str | int | None) -> int:
        """The number of an age class: itself, that of a name, or of the class that holds so many years."""
        classes, known = self.spec.classes, ", ".join(self.spec.classes)
        if age is None:
            raise UsageError(f"which age? ask for one of {known}")
        if not isinstance(age, str):
            if not 0 <= age < len(classes):
                raise UsageError(f"there is no age class number {age}: ask for one of {known}")
            return age
        if age in classes:
            return classes.index(age)
        if not (age.isdecimal() and (years := classes_of_years(classes))):
            raise unknown("age class", age, classes)
        if (number := class_of(int(age), years)) is None:
            raise UsageError(f"no age class holds {age} years: ask for one of {known}")
        return number

    def meet(self, examples: Batch) -> None:
        self.examples.remember(examples.values)

    def compare(self) -> Sequence[Tensor]:
        """Some faces of the data, and each at every age by E's guess: to search takes as long as a hundred steps."""
        faces = self.examples.first()
        if not len(faces):
            return ()
        latents, ages = in_full(self.encoder(faces)), torch.arange(len(self.spec.classes), device=faces.device)
        return [faces, *(self.generate(latents, age.expand(len(faces))) for age in ages)]

    def exercise(self, random: torch.Generator, count: int) -> None:
        self.encoder(self.generate(self.draw_latents(count, random), self.draw_labels(count, random)))
        self.recogniser(self.examples.draw(count, random))


def scaled(images: Tensor, height: int, width: int) -> Tensor:
    """N×C×H×W images at another size, without aliasing; as they are where they have it."""
    if images.shape[2:] == (height, width):
        return images
    return interpolate(images, (height, width), mode="bicubic", antialias=True)
