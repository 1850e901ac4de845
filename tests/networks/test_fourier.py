from __future__ import annotations

import torch
from torch import nn

from ganworks.networks.fourier import FourierFeatures
from ganworks.networks.mlp import Discriminator


def test_features_are_waves_of_the_stated_lengths() -> None:
    torch.manual_seed(0)
    features = FourierFeatures(2, 50, finest=8.0)
    assert list(features.parameters()) == []
    cycles = features.frequencies.norm(dim=0) / (2 * torch.pi)
    assert 0.25 <= float(cycles.min()) < 0.5
    assert 4 < float(cycles.max()) <= 8
    points = torch.randn(7, 2)
    seen = features(points)
    assert torch.equal(seen[:, :2], points)
    assert torch.allclose(seen[:, 2:52] ** 2 + seen[:, 52:] ** 2, torch.ones(7, 50))
    period = features.frequencies[:, 0] / features.frequencies[:, 0].square().sum() * 2 * torch.pi
    assert torch.allclose(features(points + period)[:, 2], seen[:, 2], atol=1e-5)


def test_waves_are_computed_in_full_whatever_the_networks_run_in() -> None:
    """A phase of many periods has no digits left in bf16."""
    features, points = FourierFeatures(2, 50, finest=32.0), torch.randn(7, 2)
    with torch.autocast("cpu", torch.bfloat16):
        seen = features(points)
    assert torch.equal(seen, features(points))


def test_they_let_a_dense_network_learn_what_it_could_not_see() -> None:
    """A wave of 16 periods: with features learnt to 1 % of its variance, without them not at all."""
    left = {}
    for frequencies in (0, 32):
        losses = []
        for seed in range(3):
            torch.manual_seed(seed)
            network = Discriminator((1,), hidden=(32, 32), frequencies=frequencies)
            optimiser = torch.optim.Adam(network.parameters(), 3e-3)
            points = torch.linspace(-1, 1, 512)[:, None]
            target = (16 * torch.pi * points).sin()
            for _ in range(300):
                loss = nn.functional.mse_loss(network(points), target)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
            losses.append(float(loss.detach()))
        left[frequencies] = losses
    assert max(left[32]) < 0.01
    assert min(left[0]) > 0.4
