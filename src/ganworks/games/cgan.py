"""Conditional GAN (Mirza & Osindero 2014, arXiv:1411.1784): both players are told the label."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import one_hot

from ganworks.config import Settings
from ganworks.data.spec import Spec
from ganworks.errors import UsageError
from ganworks.games.gan import GAN, GANSettings
from ganworks.games.parts import player
from ganworks.networks.precision import in_full


class ConditionalGANSettings(GANSettings):
    """A GAN's, and how D learns of the condition."""

    conditioning: Literal["concatenation", "projection"] = Field(
        "concatenation", description="D sees the label beside the sample (the paper), or through a projection"
    )


class ConditionalGAN(GAN):
    """Any unconditional networks, with the one-hot label beside z and, as constant planes, beside the sample."""

    settings_type: ClassVar[type[Settings]] = ConditionalGANSettings
    needs_labels = True
    settings: ConditionalGANSettings

    def __init__(self, spec: Spec, settings: ConditionalGANSettings) -> None:
        if not spec.classes:
            raise UsageError("a conditional GAN needs labelled data: put each class in a folder of its own")
        super().__init__(spec, settings)

    def networks(self) -> tuple[nn.Module, nn.Module]:
        chosen, shape, labels = self.settings, self.spec.shape, len(self.spec.classes)
        concatenated = chosen.conditioning == "concatenation"
        seen = self.judged_shape((shape[0] + labels, *shape[1:]) if concatenated else shape)
        told = 0 if concatenated else self.judged_shape((labels,))[0]
        return (
            player("generator", chosen.generator, shape=shape, latent=chosen.latent.size + labels),
            player("discriminator", chosen.discriminator, shape=seen, conditions=told),
        )

    def encode(self, labels: Tensor | None) -> Tensor:
        """N×classes one-hot vectors of N labels."""
        if labels is None:
            raise UsageError("this game needs labels and the data gave none")
        return one_hot(labels, len(self.spec.classes)).to(torch.get_default_dtype())

    def make(self, latents: Tensor, condition: Tensor | None) -> Tensor:
        assert condition is not None
        return in_full(self.generator(torch.cat([latents, condition], 1)))

    def shown(self, samples: Tensor, condition: Tensor | None) -> Iterable[Tensor]:
        assert condition is not None
        if self.settings.conditioning == "projection":
            return samples, condition
        planes = condition.view(*condition.shape, *[1] * (samples.dim() - 2)).expand(-1, -1, *samples.shape[2:])
        return (torch.cat([samples, planes], 1),)

    def draw_labels(self, count: int, random: torch.Generator) -> Tensor:
        return torch.randint(len(self.spec.classes), (count,), generator=random, device=random.device)
