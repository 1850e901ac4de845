from __future__ import annotations

import torch
from torch import nn

from ganworks.stabilisers.weight_clipping import clip_weights


def test_every_parameter_ends_within_the_limit_and_small_ones_stay() -> None:
    network = nn.Sequential(nn.Linear(20, 20), nn.BatchNorm1d(20))
    before = [weights.clone() for weights in network.parameters()]
    clip_weights(network, 0.1)
    for weights, old in zip(network.parameters(), before, strict=True):
        assert weights.abs().max() <= 0.1
        assert torch.equal(weights[old.abs() <= 0.1], old[old.abs() <= 0.1])
        assert torch.equal(weights[old > 0.1], torch.full_like(weights[old > 0.1], 0.1))
    assert weights.requires_grad
