"""A GAN whose generator is given the pictures that belong to the data: a few that it keeps are its prior."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from ganworks.data.batches import Batch
from ganworks.data.pairing import IMAGE
from ganworks.data.spec import Spec
from ganworks.errors import UsageError
from ganworks.games.examples import Examples
from ganworks.games.gan import GAN
from ganworks.games.round import Round
from ganworks.networks.locality import draws


class PairedGAN(GAN):
    """What a GAN draws from a prior is here an image to translate."""

    takes_input = True

    def __init__(self, spec: Spec, settings: Any) -> None:
        super().__init__(spec, settings)
        self.examples = Examples(self.given, truth=spec.shape)

    @property
    def given(self) -> tuple[int, ...]:
        """C×H×W of what is translated; raises UsageError for data that say nothing of it."""
        shapes = dict(self.spec.given)
        if IMAGE not in shapes:
            raise UsageError(
                "a translator needs what to translate: set data.input to a second folder, to left or right of pictures"
                " side by side, or to edges, grey, downsample:4, mask, blur or noise"
            )
        if IMAGE in self.spec.unpaired:
            raise UsageError("this recipe learns from pairs, and data.paired is false: leave that out, or use cyclegan")
        return shapes[IMAGE]

    def meet(self, examples: Batch) -> None:
        self.examples.remember(examples.given[IMAGE], examples.values)

    def compare(self) -> Sequence[Tensor]:
        return self.examples.compared(self.generate)

    def latents(self, round: Round) -> Tensor:
        return round.given[IMAGE]

    def draw_latents(self, count: int, random: torch.Generator, truncation: float | None = None) -> Tensor:
        return self.examples.draw(count, random, truncation)

    @property
    def varies(self) -> bool:
        return draws(self.generator)

    def reference(self, count: int) -> tuple[Tensor, Tensor | None]:
        return torch.zeros(count, *self.given), None


class JudgedBeside(PairedGAN):
    """One whose D is shown pictures beside those that they were made of."""

    def pictures(self, latents: Tensor) -> Tensor:
        """N×C×H×W that D is shown beside what G makes of `latents`."""
        return latents

    def condition(self, round: Round) -> Tensor:
        return round.given[IMAGE]

    def shown(self, samples: Tensor, condition: Tensor | None) -> Iterable[Tensor]:
        assert condition is not None
        return (torch.cat([condition, samples], 1),)

    def reference(self, count: int) -> tuple[Tensor, Tensor | None]:
        latents, _ = super().reference(count)
        return latents, self.pictures(latents)

    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """N translations of what N latents hold."""
        return self.imagine(latents, self.pictures(latents))
