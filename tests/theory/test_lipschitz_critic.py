"""Whatever its parameters, the critic's slope is at most 1, and somewhere it is 1."""

from __future__ import annotations

import pytest
import torch

from ganworks.theory.lipschitz_critic import LipschitzCritic


@pytest.mark.parametrize("dimensions", [1, 2, 5])
def test_its_slope_is_one_everywhere_and_never_more(dimensions: int) -> None:
    critic = LipschitzCritic(dimensions).double()
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.mul_(3).add_(torch.randn_like(parameter))
    first, second = 2 * torch.randn(2, 500, dimensions, dtype=torch.float64)
    rise = (critic(first) - critic(second)).abs()[:, 0]
    assert bool((rise <= (first - second).norm(dim=1) + 1e-9).all())
    at = first.requires_grad_()
    (slope,) = torch.autograd.grad(critic(at).sum(), at)
    assert float(slope.norm(dim=1).max()) <= 1 + 1e-9
