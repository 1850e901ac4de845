"""Fully connected players: the published toy GAN on 28×28 digits, and any other shape."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import Annotated

from pydantic import Field
from torch import Tensor, nn

from ganworks.config import Positive
from ganworks.networks.fourier import COARSEST, FourierFeatures
from ganworks.networks.projection import Projection


class Generator(nn.Module):
    """latent → Dense, ReLU, … → Dense (→ tanh for images) → shape; N×latent to N×shape."""

    def __init__(self, shape: tuple[int, ...], latent: int, hidden: tuple[Positive, ...] = (500, 500)) -> None:
        super().__init__()
        widths = (latent, *hidden)
        dense = [layer for sizes in pairwise(widths) for layer in (nn.Linear(*sizes), nn.ReLU())]
        last = nn.Linear(widths[-1], prod(shape))
        self.layers = nn.Sequential(*dense, last, nn.Tanh() if len(shape) == 3 else nn.Identity())
        self.shape = shape

    def forward(self, latent: Tensor, condition: Tensor | None = None) -> Tensor:
        samples: Tensor = self.layers(latent)
        return samples.view(-1, *self.shape)


class Discriminator(nn.Module):
    """shape → Dense, LeakyReLU(0.2), … → Dense 1; N×shape to N×1 logits (the sigmoid is inside the loss).

    With `frequencies`, the first layer is given so many Fourier features too, up to `finest` cycles per unit.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        conditions: int = 0,
        hidden: tuple[Positive, ...] = (500, 500),
        frequencies: Annotated[int, Field(ge=0)] = 0,
        finest: Annotated[float, Field(gt=COARSEST)] = 32.0,
    ) -> None:
        super().__init__()
        inputs = prod(shape)
        seen = [FourierFeatures(inputs, frequencies, finest)] if frequencies else []
        widths = (inputs + 2 * frequencies, *hidden)
        dense = [layer for sizes in pairwise(widths) for layer in (nn.Linear(*sizes), nn.LeakyReLU(0.2))]
        self.features = nn.Sequential(nn.Flatten(), *seen, *dense)
        self.head = Projection(widths[-1], conditions)

    def forward(self, samples: Tensor, condition: Tensor | None = None) -> Tensor:
        logits: Tensor = self.head(self.features(samples), condition)
        return logits
