"""Instance noise: real and fake overlap from the start (Sønderby et al. 2017, arXiv:1610.04490, section 3.1).

Arjovsky & Bottou 2017 (arXiv:1701.04862, section 3) give the theory. With noise, D's loss bounds the divergence between
the two *noisy* distributions.
"""

from math import inf

import torch
from torch import Tensor

from ganworks.errors import UsageError
from ganworks.stabilisers.stabiliser import Draw, Stabiliser


class InstanceNoise(Stabiliser):
    """x + σ·ε, ε ~ N(0, 1), for every number of the N×… samples that D sees.

    σ falls linearly from `std` to 0 at step `until`, if that is given.
    """

    def __init__(self, std: float = 0.1, until: int | None = None) -> None:
        super().__init__()
        if not 0 < std < inf or (until is not None and until < 1):
            raise UsageError(f"instance-noise: std={std} must be above 0 and finite, and until={until} at least 1")
        self.std, self.until = std, until

    def std_at(self, step: int) -> float:
        return self.std if self.until is None else self.std * max(0.0, 1 - step / self.until)

    def see(self, samples: Tensor, draw: Draw, step: int) -> Tensor:
        if not (std := self.std_at(step)):
            return samples
        shape = samples.shape[1:]
        noise = draw(lambda count, random: torch.randn(count, *shape, generator=random, device=random.device))
        return samples + std * noise.to(samples.dtype)


stabiliser = InstanceNoise
