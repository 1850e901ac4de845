"""A person in another pose (Ma et al. 2017, arXiv:1705.09368, PG²): first where everything goes, then how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from ganworks.config import NotNegative, Positive, Settings
from ganworks.data.batches import Batch, to_uint8, to_unit_range
from ganworks.data.pairing import IMAGE
from ganworks.data.poses import POSE
from ganworks.errors import UsageError
from ganworks.games.any_size import at_any_size
from ganworks.games.game import Stage, Terms, Turn
from ganworks.games.paired import JudgedBeside
from ganworks.games.parts import DiscriminatorPart, Objective, Penalties, Stabilisers, TranslatorPart, player
from ganworks.games.poses import JOINTS, heatmaps, pose_mask
from ganworks.games.round import Round
from ganworks.lookup import Part
from ganworks.losses.reconstruction import pose_mask_l1
from ganworks.networks.precision import in_full
from ganworks.networks.small_start import start_small

UNET = Part(name="unet", dropout=0.0)


class PoseSettings(Settings):
    """Who plays, and for how long only the coarse result is learnt."""

    coarse: TranslatorPart = Field(UNET, description="network of stage I, which puts the person into the pose")
    generator: TranslatorPart = Field(UNET, description="network of stage II, which says what to change of that")
    discriminator: DiscriminatorPart = Field(Part(name="dcgan"), description="network that judges input and output")
    coarse_steps: Annotated[int, Field(ge=0)] = Field(10_000, description="steps of stage I")
    objective: Objective = Field("nonsaturating", description="what the players of stage II want")
    l1: NotNegative = Field(10.0, description="weight of the distance to the truth in stage II, λ of eq. 6")
    penalties: Penalties = Field({}, description="terms added to the discriminator's loss")
    stabilisers: Stabilisers = Field({}, description="options on any family, in the order in which they act")
    discriminator_steps: Positive = Field(1, description="discriminator turns in a step, k of Algorithm 1")


class PoseGuided(JudgedBeside):
    """G1(x_A, P_B) is coarse; x̂_B = G1 + G2(x_A, G1), and D tells (x_A, x_B) from (x_A, x̂_B).

    What both are made of are channels of one tensor: the picture x_A and the pose P_B, a map for each joint.
    """

    settings_type: ClassVar[type[Settings]] = PoseSettings
    settings: PoseSettings  # type: ignore[assignment]
    exports = ("coarse", "generator")

    @property
    def given(self) -> tuple[int, ...]:
        """C×H×W of a picture with the maps of a pose; raises UsageError for data without poses."""
        if dict(self.spec.given).get(POSE) != (len(JOINTS), 3):
            raise UsageError("this recipe learns of pictures of people in poses: set data.keypoints to a file of those")
        return (self.spec.shape[0] + len(JOINTS), *self.spec.shape[1:])

    def networks(self) -> tuple[nn.Module, nn.Module]:
        chosen, (channels, *sides) = self.settings, self.spec.shape
        pair = (2 * channels, *sides)
        self.coarse = player("translator", chosen.coarse, shape=self.spec.shape, given=self.given)
        generator = player("translator", chosen.generator, shape=self.spec.shape, given=pair)
        start_small(generator)  # what stage I has learnt is what stage II begins with
        return generator, player("discriminator", chosen.discriminator, shape=self.judged_shape(pair), conditions=0)

    def stages(self) -> list[Stage]:
        return [
            Stage([Turn("coarse", [self.coarse], self.coarse_loss)], self.settings.coarse_steps),
            Stage(self.turns()),
        ]

    def coarse_loss(self, round: Round) -> Terms:
        return {"l1": self.distance(self.coarsely(self.latents(round)), round)}

    def generator_loss(self, round: Round) -> Terms:
        fakes = self.fakes(round, self.condition(round))
        return {**super().generator_loss(round), "l1": self.settings.l1 * self.distance(fakes, round)}

    def distance(self, made: Tensor, round: Round) -> Tensor:
        """To the truth, twice as heavy where the body is."""
        return pose_mask_l1(made, round.real, pose_mask(round.given[POSE], *round.real.shape[2:]))

    def latents(self, round: Round) -> Tensor:
        asked: Tensor = round.once("latents", lambda: asked_of(round.given[IMAGE], round.given[POSE]))
        return asked

    def coarsely(self, asked: Tensor) -> Tensor:
        """Stage I: N×C×H×W of N×(C+K)×H×W."""
        return in_full(self.coarse(asked))

    def make(self, latents: Tensor, condition: Tensor | None) -> Tensor:
        coarse = self.coarsely(latents)
        return coarse + in_full(self.generator(torch.cat([self.pictures(latents), coarse], 1)))

    def pictures(self, latents: Tensor) -> Tensor:
        """The pictures of what is asked, without the poses."""
        return latents[:, : self.spec.shape[0]]

    def meet(self, examples: Batch) -> None:
        asked = asked_of(to_unit_range(examples.given[IMAGE]), examples.given[POSE])
        self.examples.remember(to_uint8(asked), examples.values)

    def compare(self) -> Sequence[Tensor]:
        return [self.pictures(column) for column in super().compare()]

    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """N people in the poses that N pictures with maps ask for."""
        return super().generate(latents).clamp(-1, 1)

    def translate(self, images: Tensor, *, pose: Tensor | None = None) -> Tensor:
        """`pose` is N×17×3, or 1×17×3 for all: x, y in pixels of the picture, visibility.

        Raises UsageError where it is missing or none of a person.
        """
        if pose is None:
            raise UsageError(
                "this run gives people another pose: say which by pose, a file of keypoints for every picture"
            )
        if pose.shape not in ((len(images), len(JOINTS), 3), (1, len(JOINTS), 3)):
            shape = "×".join(map(str, pose.shape))
            raise UsageError(f"a pose of {shape} numbers is none: give x, y and visibility of COCO's {len(JOINTS)}")
        x, y, seen = pose.unbind(2)
        inside = (seen > 0) & (x >= 0) & (x < images.shape[3]) & (y >= 0) & (y < images.shape[2])
        if not inside.any(1).all():
            size = "×".join(map(str, images.shape[2:]))
            raise UsageError(f"no joint of a pose is visible in the picture of {size}: x and y are its pixels")
        asked = asked_of(images, pose.expand(len(images), -1, -1))
        return at_any_size(self.coarse, asked, self.generate, then=[self.generator])


def asked_of(images: Tensor, poses: Tensor) -> Tensor:
    """N×(C+K)×H×W of N×C×H×W images and the N×K×3 keypoints that a person is to have."""
    return torch.cat([images, heatmaps(poses, *images.shape[2:]).to(images.dtype)], 1)
