"""Features that nobody taught: the same everywhere, alive to the last stage, and telling apart what differs."""

from __future__ import annotations

import pytest
import torch

from ganworks.games.features import frozen_features
from ganworks.lookup import Part
from ganworks.losses.perceptual import perceptual
from ganworks.losses.reconstruction import l2
from ganworks.networks.random_features import Features


def test_they_are_the_same_everywhere() -> None:
    first = Features(stage=2).state_dict()
    torch.manual_seed(99)
    for name, weights in Features(stage=2).state_dict().items():
        assert torch.equal(weights, first[name])


@pytest.mark.parametrize("stage", [1, 3, 5])
def test_no_stage_is_silent(stage: int) -> None:
    images = torch.rand(2, 3, 48, 48, generator=torch.Generator().manual_seed(0)) * 2 - 1
    seen = Features(stage=stage)(images)  # type: ignore[arg-type]
    assert 0.1 < seen.square().mean().sqrt() < 10


def test_what_differs_more_is_further_away() -> None:
    network = frozen_features(Part(name="random-features"), (3, 32, 32), torch.device("cpu"))
    random = torch.Generator().manual_seed(0)
    images, noise = (torch.rand(4, 3, 32, 32, generator=random) * 2 - 1 for _ in range(2))
    noisy = [(images + share * noise).clamp(-1, 1) for share in (0, 0.1, 0.4)]
    distances = [float(perceptual(each, images, network, l2)) for each in noisy]
    assert distances[0] == 0 < distances[1] < distances[2]
