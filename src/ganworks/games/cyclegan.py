"""Unpaired translation (Zhu et al. 2017, arXiv:1703.10593): there and back again is where one began."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from ganworks.config import NotNegative, Settings
from ganworks.data.batches import Batch
from ganworks.data.pairing import IMAGE
from ganworks.data.spec import Spec
from ganworks.errors import UsageError, unknown
from ganworks.games.adversary import Adversary
from ganworks.games.any_size import at_any_size
from ganworks.games.examples import Examples
from ganworks.games.game import Game, Terms, Turn
from ganworks.games.image_pool import ImagePool
from ganworks.games.parts import DiscriminatorPart, Objective, Penalties, TranslatorPart, player
from ganworks.games.round import Round
from ganworks.games.translation import DIRECTIONS, Direction
from ganworks.lookup import Part
from ganworks.losses.reconstruction import l1
from ganworks.networks.precision import in_full


class CycleGANSettings(Settings):
    """Who plays, and what keeps two translators from making anything of anything."""

    generator: TranslatorPart = Field(Part(name="resnet-translator"), description="both networks that translate")
    discriminator: DiscriminatorPart = Field(Part(name="patchgan", norm="instance"), description="both that judge")
    objective: Objective = Field("least-squares", description="what the players want")
    penalties: Penalties = Field({}, description="terms added to the discriminators' losses")
    # The paper's λ is 10 beside a least squares of G without the ½ of Mao et al., which ours has.
    cycle: NotNegative = Field(5.0, description="weight of the way there and back, λ of eq. 3")
    identity: NotNegative = Field(
        0.5, description="of that weight, for what is in the wanted domain already; none where channels differ"
    )
    pool: int = Field(50, ge=0, description="older fakes that each discriminator is shown")


class CycleGAN(Game):
    """G: A → B and F: B → A, where B is the data and A its input, with a discriminator for each domain."""

    settings_type: ClassVar[type[Settings]] = CycleGANSettings
    exports = ("generator", "inverse")

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
        self.discriminator, self.adversary = self.adversary_of(shape)
        self.inverse_discriminator, self.inverse_adversary = self.adversary_of(given)
        self.pool, self.inverse_pool = ImagePool(settings.pool, shape), ImagePool(settings.pool, given)
        self.examples = Examples(given)

    def adversary_of(self, shape: tuple[int, ...]) -> tuple[nn.Module, Adversary]:
        """A discriminator of images C×H×W, and its side of the game."""
        chosen = self.settings
        network = player("discriminator", chosen.discriminator, shape=shape, conditions=0)
        adversary = Adversary(network, {}, lambda samples, condition: (samples,), chosen.objective, chosen.penalties)
        adversary.require_own_gradients()
        return network, adversary

    def turns(self) -> list[Turn]:
        return [
            Turn("generator", [self.generator, self.inverse], self.generator_loss),
            Turn("discriminator", [self.discriminator, self.inverse_discriminator], self.discriminator_loss),
        ]

    def generator_loss(self, round: Round) -> Terms:
        """Eq. 3 and the identity loss of section 5.2; least squares have a half here that the paper's have not."""
        given, real = round.given[IMAGE], round.real
        fake, inverse_fake = self.fakes(round)
        around = l1(self.inverse_translated(fake), given) + l1(self.translated(inverse_fake), real)
        terms = {
            "adversarial": self.persuasion(self.adversary, self.generator, round, real, fake),
            "inverse_adversarial": self.persuasion(self.inverse_adversary, self.inverse, round, given, inverse_fake),
            "cycle": self.settings.cycle * around,
        }
        if self.settings.identity and given.shape == real.shape:
            same = l1(self.translated(real), real) + l1(self.inverse_translated(given), given)
            terms["identity"] = self.settings.identity * self.settings.cycle * same
        return terms

    def discriminator_loss(self, round: Round) -> Terms:
        given, real = round.given[IMAGE], round.real
        fake, inverse_fake = self.fakes(round)
        shown, inverse_shown = self.pool.exchanged(fake, round), self.inverse_pool.exchanged(inverse_fake, round)
        # What is noted last is what the doctor sees: the data.
        inverse_terms = self.inverse_adversary.loss(round, given, inverse_shown, None, real)
        terms = self.adversary.loss(round, real, shown, None, given)
        return {**terms, **{f"inverse_{name}": term for name, term in inverse_terms.items()}}

    def fakes(self, round: Round) -> tuple[Tensor, Tensor]:
        """This round's images of B and of A, made once where both turns can use the same."""
        made: tuple[Tensor, Tensor] = round.once(
            "fakes", lambda: (self.translated(round.given[IMAGE]), self.inverse_translated(round.real))
        )
        return made

    def persuasion(self, adversary: Adversary, learner: nn.Module, round: Round, real: Tensor, fake: Tensor) -> Tensor:
        """The adversarial term of a translator's loss."""
        return adversary.generator_loss(learner, round, real, fake, None, fake)["adversarial"]

    def translated(self, images: Tensor) -> Tensor:
        """G: N images of A in B."""
        return in_full(self.generator(images))

    def inverse_translated(self, images: Tensor) -> Tensor:
        """F: N images of B in A."""
        return in_full(self.inverse(images))

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
