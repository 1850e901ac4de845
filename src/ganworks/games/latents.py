"""The prior of the generator's input."""

from __future__ import annotations

from typing import Annotated, Literal

import torch
from pydantic import Field, model_validator
from torch import Tensor

from ganworks.config import Positive, Rate, Settings
from ganworks.errors import UsageError


class Latents(Settings):
    """z of `size` numbers, the first `discrete` of them −1 or 1, the others `spread` times N(0, 1) or U(−1, 1).

    A continuous generator maps a connected prior to a connected set: between separate modes it leaves bridges, which
    discrete numbers spare it (Brock et al. 2019, arXiv:1809.11096, appendix E). What is drawn around each of their
    combinations is connected still, and with a small spread too little to reach from one mode to the next.
    """

    size: Positive = Field(100, description="numbers in z")
    distribution: Literal["gaussian", "uniform"] = Field("gaussian", description="z ~ N(0, 1) or U(-1, 1)")
    discrete: Annotated[int, Field(ge=0)] = Field(0, description="how many of them are -1 or 1, at even odds")
    spread: Rate = Field(1.0, description="factor on the others, beside discrete ones")

    @model_validator(mode="after")
    def _not_more_than_there_are(self) -> Latents:
        if self.discrete > self.size:
            raise ValueError(f"discrete={self.discrete} of {self.size} numbers: choose at most size")
        return self

    def draw(self, count: int, random: torch.Generator, truncation: float | None = None) -> Tensor:
        """count×size latents; with `truncation` t > 0 all but the discrete lie in `spread`·[−t, t] (BigGAN, 3.1).

        Truncation maps the same draw monotonically into the interval, so a seed keeps its picture.
        """
        if truncation is not None and not truncation > 0:
            raise UsageError(f"truncation must be above 0, not {truncation}")
        z = self.spread * self._continuous(count, random, truncation)
        if self.discrete:
            z[:, : self.discrete] = torch.where(z[:, : self.discrete] < 0, -1.0, 1.0)
        return z

    def _continuous(self, count: int, random: torch.Generator, truncation: float | None) -> Tensor:
        shape = (count, self.size)
        if self.distribution == "uniform":
            z = torch.rand(shape, generator=random, device=random.device) * 2 - 1
            return z if truncation is None else z * min(truncation, 1.0)
        z = torch.randn(shape, generator=random, device=random.device)
        if truncation is None:
            return z
        edge = torch.special.ndtr(torch.tensor(-truncation, dtype=torch.float64, device=z.device))
        share = edge + (1 - 2 * edge) * torch.special.ndtr(z.double())
        inside: Tensor = torch.special.ndtri(share).to(z.dtype)
        return inside.clamp(-truncation, truncation)
