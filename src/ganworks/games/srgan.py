"""Super-resolution (Ledig et al. 2017, arXiv:1609.04802): pixels first, then what a judge and a trained eye tell apart.

ESRGAN (Wang et al. 2018, arXiv:1809.00219) is this with other parts: `recipes/esrgan.py`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import ClassVar, Literal

from pydantic import Field
from torch import Tensor, nn

from ganworks.config import NotNegative, Positive, Settings
from ganworks.errors import UsageError
from ganworks.games.any_size import at_any_size
from ganworks.games.features import FeaturesPart, frozen_features
from ganworks.games.game import Stage, Terms, Turn
from ganworks.games.paired import PairedGAN
from ganworks.games.parts import DiscriminatorPart, Objective, Penalties, Stabilisers, TranslatorPart, player
from ganworks.games.round import Round
from ganworks.lookup import Part
from ganworks.losses.perceptual import perceptual
from ganworks.losses.reconstruction import l1, l2

DISTANCES = {"l1": l1, "l2": l2}
LARGEST = 64
"""What repeated passes enlarge at most."""


class SRGANSettings(Settings):
    """Who plays, how long G learns alone, and what its picture is compared by."""

    generator: TranslatorPart = Field(Part(name="srresnet"), description="network that enlarges")
    discriminator: DiscriminatorPart = Field(Part(name="vgg-discriminator"), description="network that judges")
    objective: Objective = Field("nonsaturating", description="what the players want")
    pretraining: int = Field(5_000, ge=0, description="steps of stage 1, in which G learns pixels without a judge")
    distance: Literal["l1", "l2"] = Field("l2", description="of pixels and of features")
    features: FeaturesPart = Field(Part(name="imagenet"), description="frozen network that compares pictures")
    content: NotNegative = Field(0.006, description="weight of the distance of features; 0 needs no such network")
    adversarial: NotNegative = Field(1e-3, description="weight of what D teaches")
    pixel: NotNegative = Field(0.0, description="weight of the distance of pixels in stage 2")
    penalties: Penalties = Field({}, description="terms added to the discriminator's loss")
    stabilisers: Stabilisers = Field({}, description="options on any family, in the order in which they act")
    discriminator_steps: Positive = Field(1, description="discriminator turns in a step, k of Algorithm 1")


class SRGAN(PairedGAN):
    """G enlarges; SRResNet is what it has become after stage 1, SRGAN after stage 2."""

    settings_type: ClassVar[type[Settings]] = SRGANSettings
    settings: SRGANSettings  # type: ignore[assignment]

    @property
    def scale(self) -> int:
        """How many times as high and wide pictures become."""
        return self.spec.shape[1] // self.given[1]

    def networks(self) -> tuple[nn.Module, nn.Module]:
        chosen, shape = self.settings, self.spec.shape
        sides = tuple(self.scale * side for side in self.given[1:])
        if self.scale < 2 or sides != shape[1:]:
            small, large = ("×".join(map(str, size[1:])) for size in (self.given, shape))
            raise UsageError(
                f"super-resolution is given pictures 2 or 4 times smaller than it makes, not {small} for {large}:"
                " set data.input to downsample:2 or downsample:4"
            )
        return (
            player("translator", chosen.generator, shape=shape, given=self.given),
            player("discriminator", chosen.discriminator, shape=self.judged_shape(shape), conditions=0),
        )

    def stages(self) -> list[Stage]:
        """Both papers begin stage 2 with G's weights alone: its turn has another name, so that its moments are new.

        Those of stage 1 are of another loss, and both papers begin with another rate.
        """
        alone = Turn("pretraining", [self.generator], self.pixel_loss, afterwards=partial(self.afterwards, "generator"))
        return [Stage([alone], self.settings.pretraining), Stage(self.turns())]

    def turns(self) -> list[Turn]:
        discriminator, generator = super().turns()
        # The features are held by the turn, not by the game: what is no module of it is neither saved nor learnt.
        return [discriminator, replace(generator, loss=partial(self.generator_loss, features=self.feature_network()))]

    def feature_network(self) -> nn.Module | None:
        """φ of eq. 5."""
        if not self.settings.content:
            return None
        return frozen_features(self.settings.features, self.spec.shape, next(self.parameters()).device)

    def pixel_loss(self, round: Round) -> Terms:
        """Eq. 4."""
        return {"pixel": self.distance(self.fakes(round, None), round.real)}

    def generator_loss(self, round: Round, features: nn.Module | None = None) -> Terms:
        """Eq. 3: content and a thousandth of what D teaches; ESRGAN's has pixels besides."""
        chosen, fakes = self.settings, self.fakes(round, None)
        terms = dict(super().generator_loss(round))
        terms["adversarial"] = chosen.adversarial * terms["adversarial"]  # what options add has weights of its own
        if features is not None:
            terms["content"] = chosen.content * perceptual(fakes, round.real, features, self.distance)
        if chosen.pixel:
            terms["pixel"] = chosen.pixel * self.distance(fakes, round.real)
        return terms

    def distance(self, generated: Tensor, real: Tensor) -> Tensor:
        return DISTANCES[self.settings.distance](generated, real)

    def translate(self, images: Tensor, *, scale: int | None = None) -> Tensor:
        """`scale` times as high and wide, by default as it was trained to; powers of that by repeated passes.

        Raises UsageError for other scales.
        """
        for _ in range(self.passes(scale)):
            images = at_any_size(self.generator, images, lambda part: self.imagine(part, None)).clamp(-1, 1)
        return images

    def passes(self, scale: int | None) -> int:
        """How often a picture is enlarged for that scale."""
        repeated = self.given[0] == self.spec.shape[0]
        scales = [self.scale]
        while repeated and scales[-1] * self.scale <= LARGEST:
            scales.append(scales[-1] * self.scale)
        if scale is None:
            return 1
        if scale not in scales:
            raise UsageError(f"this run enlarges {' or '.join(map(str, scales))} times, not {scale} times")
        return 1 + scales.index(scale)
