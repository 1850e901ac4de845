"""Paired translation (Isola et al. 2017, arXiv:1611.07004): D sees input and output; outputs stay near the truth."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field
from torch import Tensor, nn

from ganworks.config import NotNegative, Positive, Settings
from ganworks.errors import UsageError
from ganworks.games.any_size import at_any_size
from ganworks.games.game import Terms
from ganworks.games.paired import JudgedBeside
from ganworks.games.parts import DiscriminatorPart, Objective, Penalties, Stabilisers, TranslatorPart, player
from ganworks.games.round import Round
from ganworks.lookup import Part
from ganworks.losses.reconstruction import l1


class Pix2PixSettings(Settings):
    """Who plays, and how much the truth weighs beside D's verdict."""

    generator: TranslatorPart = Field(Part(name="unet"), description="network that translates")
    discriminator: DiscriminatorPart = Field(Part(name="patchgan"), description="network that judges input and output")
    objective: Objective = Field("nonsaturating", description="what the players want")
    l1: NotNegative = Field(100.0, description="weight of the distance to the truth, λ of eq. 4")
    noise: bool = Field(True, description="dropout stays on when it is used, the paper's only noise")
    penalties: Penalties = Field({}, description="terms added to the discriminator's loss")
    stabilisers: Stabilisers = Field({}, description="options on any family, in the order in which they act")
    discriminator_steps: Positive = Field(1, description="discriminator turns in a step, k of Algorithm 1")


class Pix2Pix(JudgedBeside):
    """D sees the image beside its translation; eq. 4 adds λ‖y − G(x)‖₁ to G's loss."""

    settings_type: ClassVar[type[Settings]] = Pix2PixSettings
    settings: Pix2PixSettings  # type: ignore[assignment]

    def networks(self) -> tuple[nn.Module, nn.Module]:
        chosen, shape = self.settings, self.spec.shape
        if self.given[1:] != shape[1:]:
            sizes = ["×".join(map(str, size[1:])) for size in (self.given, shape)]
            raise UsageError(f"input and output must be of one size, not {sizes[0]} and {sizes[1]}; srgan enlarges")
        seen = self.judged_shape((self.given[0] + shape[0], *shape[1:]))
        return (
            player("translator", chosen.generator, shape=shape, given=self.given),
            player("discriminator", chosen.discriminator, shape=seen, conditions=0),
        )

    def train(self, mode: bool = True) -> Pix2Pix:
        super().train(mode)
        for layer in self.generator.modules():
            # The stabiliser's dropout is a kind of its own, which says itself whether it stays on.
            if type(layer) is nn.Dropout:
                layer.train(mode or self.settings.noise)
        return self

    def generator_loss(self, round: Round) -> Terms:
        distance = l1(self.fakes(round, self.condition(round)), round.real)
        return {**super().generator_loss(round), "l1": self.settings.l1 * distance}

    def translate(self, images: Tensor) -> Tensor:
        return at_any_size(self.generator, images, self.generate)
