"""Context encoders (Pathak et al. 2016, arXiv:1604.07379): what is missing from a picture is made of what is around."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor, nn

from ganworks.config import NotNegative, Positive, Settings
from ganworks.data.batches import Batch
from ganworks.data.spec import Spec
from ganworks.errors import UsageError
from ganworks.games.any_size import at_any_size
from ganworks.games.diffusion import diffused
from ganworks.games.examples import Examples
from ganworks.games.game import Terms
from ganworks.games.gan import GAN
from ganworks.games.masks import MASKS, centre
from ganworks.games.parts import DiscriminatorPart, Objective, Penalties, Stabilisers, TranslatorPart, player
from ganworks.games.round import Round
from ganworks.lookup import Part
from ganworks.losses.diversity import mode_seeking
from ganworks.losses.reconstruction import masked_l2
from ganworks.networks.locality import draws
from ganworks.networks.small_start import start_small
from ganworks.randomness import generator

Number = Annotated[int, Field(ge=0)]


class InpaintingSettings(Settings):
    """Who plays, what is missing, and what its completion is judged by."""

    generator: TranslatorPart = Field(Part(name="context-encoder"), description="network that completes")
    discriminator: DiscriminatorPart = Field(Part(name="dcgan"), description="network that judges whole pictures")
    fill: Literal["nothing", "surroundings"] = Field(
        "nothing", description="what a hole holds before G: 0, or its surroundings diffused, to which G adds the rest"
    )
    masks: Literal["centre", "blocks", "free-form", "mixed"] = Field("mixed", description="what is missing in training")
    objective: Objective = Field("nonsaturating", description="what the players want")
    reconstruction: NotNegative = Field(0.999, description="weight of the distance to the truth, λ_rec of eq. 4")
    adversarial: NotNegative = Field(0.001, description="weight of what D teaches, λ_adv of eq. 4")
    overlap: Number | Literal["auto"] = Field(
        "auto",
        description="pixels around a hole that weigh ten times in the distance; auto takes 7 of 128, as published",
    )
    noise: Number = Field(8, description="random numbers beside the picture, for several answers; the paper has none")
    diversity: NotNegative = Field(0.03, description="weight of how far answers are apart, by their noise if any")
    penalties: Penalties = Field({}, description="terms added to the discriminator's loss")
    stabilisers: Stabilisers = Field({}, description="options on any family, in the order in which they act")
    discriminator_steps: Positive = Field(1, description="discriminator turns in a step, k of Algorithm 1")


class Inpainting(GAN):
    """What a GAN draws from a prior is here a picture with a hole; eq. 4 adds the distance to the truth to G's loss.

    G is given N×(C+1+noise)×H×W: the picture, 0 or as `fill` says where it is missing; the mask, 1 there; noise, the
    same everywhere.
    D judges pictures as a user gets them: what is known as it was, the rest as G made it. The paper's D sees G's
    output alone, for a hole in the centre only the hole; a hole of any shape is no picture, though, and what G says of
    known pixels nobody will see. As in the paper D is not told where the hole was.
    """

    settings_type: ClassVar[type[Settings]] = InpaintingSettings
    settings: InpaintingSettings  # type: ignore[assignment]

    def __init__(self, spec: Spec, settings: InpaintingSettings) -> None:
        super().__init__(spec, settings)  # type: ignore[arg-type]
        self.examples = Examples(spec.shape)

    @property
    def given(self) -> tuple[int, ...]:
        """The shape of what G is given."""
        return self.spec.shape[0] + 1 + self.settings.noise, *self.spec.shape[1:]

    @property
    def begins_diffused(self) -> bool:
        """Whether G changes the surroundings that were diffused into the hole, rather than an empty one."""
        return self.settings.fill == "surroundings"

    @property
    def overlap(self) -> int:
        chosen = self.settings.overlap
        return -(-7 * min(self.spec.shape[1:]) // 128) if chosen == "auto" else chosen

    def networks(self) -> tuple[nn.Module, nn.Module]:
        chosen, shape = self.settings, self.spec.shape
        generator = player("translator", chosen.generator, shape=shape, given=self.given)
        if self.begins_diffused:
            start_small(generator)
        return (
            generator,
            player("discriminator", chosen.discriminator, shape=self.judged_shape(shape), conditions=0),
        )

    def generator_loss(self, round: Round) -> Terms:
        chosen, given = self.settings, self.latents(round)
        made, (known, missing, noise) = self.made(round), self.parts(given)
        terms = dict(super().generator_loss(round))
        terms["adversarial"] = chosen.adversarial * terms["adversarial"]  # what options add has weights of its own
        terms["l2"] = chosen.reconstruction * masked_l2(made, round.real, missing, self.overlap)
        if chosen.diversity and chosen.noise:
            other = round.share(self.draw_noise)
            again = self.imagine(self.beside(known, missing, other), None)
            terms["diversity"] = chosen.diversity * mode_seeking(made, again, noise, other, missing)
        return terms

    def make(self, latents: Tensor, condition: Tensor | None) -> Tensor:
        made = super().make(latents, condition)
        return self.parts(latents)[0] + made if self.begins_diffused else made

    def made(self, round: Round) -> Tensor:
        """What G says of every pixel, known or not."""
        return super().fakes(round, None)

    def fakes(self, round: Round, condition: Tensor | None) -> Tensor:
        return self.completed(self.latents(round), self.made(round))

    def latents(self, round: Round) -> Tensor:
        def draw() -> Tensor:
            return self.hidden(round.real, round.share(self.draw_missing), round.share(self.draw_noise))

        latents: Tensor = round.once("latents", draw)
        return latents

    def draw_missing(self, count: int, random: torch.Generator) -> Tensor:
        """N×1×H×W masks, 1 where a pixel is missing."""
        return MASKS[self.settings.masks](count, self.spec.shape, random)

    def draw_noise(self, count: int, random: torch.Generator) -> Tensor:
        return torch.randn(count, self.settings.noise, generator=random, device=random.device)

    def hidden(self, images: Tensor, missing: Tensor, noise: Tensor) -> Tensor:
        """What G is given of N×C×H×W images."""
        missing = missing.to(images)
        known = diffused(images, missing) if self.begins_diffused else images * (1 - missing)
        return self.beside(known, missing, noise.to(images))

    @staticmethod
    def beside(known: Tensor, missing: Tensor, noise: Tensor) -> Tensor:
        return torch.cat([known, missing, noise[:, :, None, None].expand(-1, -1, *known.shape[2:])], 1)

    def parts(self, given: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The picture, the mask and the N×noise of what G is given."""
        known, missing, noise = torch.split(given, [self.spec.shape[0], 1, self.settings.noise], 1)
        return known, missing, noise[:, :, 0, 0]

    def completed(self, given: Tensor, made: Tensor) -> Tensor:
        """What is known as it was given, the rest as it was made."""
        known, missing, _ = self.parts(given)
        return torch.where(missing > 0, made, known)

    def meet(self, examples: Batch) -> None:
        self.examples.remember(examples.values)

    def compare(self) -> Sequence[Tensor]:
        columns = self.examples.compared(partial(self.with_holes, random=generator(0, "compare")))
        if not columns:
            return ()
        whole, given = columns
        known, missing, _ = self.parts(given)
        return known * (1 - missing), self.generate(given), whole

    def with_holes(self, images: Tensor, random: torch.Generator) -> Tensor:
        """What G is given of N×C×H×W images, with masks and noise drawn."""
        return self.hidden(images, self.draw_missing(len(images), random), self.draw_noise(len(images), random))

    def draw_latents(self, count: int, random: torch.Generator, truncation: float | None = None) -> Tensor:
        return self.with_holes(self.examples.draw(count, random, truncation), random)

    def reference(self, count: int) -> tuple[Tensor, Tensor | None]:
        return torch.zeros(count, *self.given), None

    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """N completed pictures."""
        return self.completed(latents, self.imagine(latents, None))

    @property
    def varies(self) -> bool:
        return self.settings.noise > 0 or draws(self.generator)

    def translate(self, images: Tensor, *, mask: Tensor | None = None) -> Tensor:
        """N×C×H×W images completed where `mask` (N×1×H×W or N×H×W, or one for all) is ≥ .5; without, in the centre."""
        count, device = len(images), images.device
        if mask is None:
            mask = centre(1, tuple(images.shape[1:]), torch.Generator(device))
        mask = mask.reshape(-1, 1, *mask.shape[-2:])
        if mask.shape[1:] != (1, *images.shape[2:]):
            sizes = ["×".join(map(str, size)) for size in (mask.shape[-2:], images.shape[2:])]
            raise UsageError(f"a mask of {sizes[0]} does not fit a picture of {sizes[1]}: make it as high and wide")
        if len(mask) not in (1, count):
            raise UsageError(f"{count} pictures need one mask, or as many, not {len(mask)}")
        missing = mask.ge(0.5).expand(count, -1, -1, -1)
        given = self.hidden(images, missing, torch.randn(count, self.settings.noise, device=device))
        return at_any_size(self.generator, given, lambda part: self.completed(part, self.imagine(part, None)))
