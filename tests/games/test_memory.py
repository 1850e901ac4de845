"""Memory that is known before it is needed."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from ganworks.errors import GanworksError
from ganworks.games.memory import footprint, refuse_too_large


def test_a_chain_needs_two_layers_at_once() -> None:
    chain = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(8, 4, 1), nn.Conv2d(4, 1, 1))
    assert footprint(chain, 3).of(1000, 2000) == 4 * (8 + 4) * 1000 * 2000


def test_skips_stay_alive() -> None:
    first, second, third = (nn.Conv2d(2, 2, 1) for _ in range(3))

    def skipping(images: Tensor) -> Tensor:
        kept = first(images)
        return torch.cat([kept, third(second(kept))], 1)

    assert footprint(skipping, 2).of(100, 100) == 4 * (2 + 2 + 4) * 100 * 100


def test_strides_and_multiples() -> None:
    halving = nn.Sequential(nn.Conv2d(1, 4, 4, 2, 1), nn.ConvTranspose2d(4, 1, 4, 2, 1))
    assert footprint(halving, 1, multiple=24).of(64, 640) == 4 * (4 // 4 + 1) * 64 * 640


def test_what_does_not_grow_with_the_image_counts_once() -> None:
    layer = spectral_norm(nn.Conv2d(64, 64, 3, padding=1)).eval()
    weights = 4 * 64 * 64 * 9
    needed = footprint(layer, 64).of(1024, 1024) - 4 * 64 * 1024 * 1024
    assert weights <= needed < 4 * weights


def test_no_graph_is_kept() -> None:
    deep = nn.Sequential(*[nn.Conv2d(2, 2, 1) for _ in range(20)])
    assert footprint(deep, 2).of(50, 50) == 4 * (2 + 2) * 50 * 50


def test_too_large_images_are_refused_in_one_line() -> None:
    refuse_too_large(10, 10, 1, 1)
    with pytest.raises(GanworksError, match=r"400×6000 needs about 3.2 GB of memory at once, allowed are 2.0 GB"):
        refuse_too_large(3_200_000_000, 2_000_000_000, 400, 6000)


def test_what_the_network_draws_is_not_missing_afterwards() -> None:
    noisy = nn.Sequential(nn.Conv2d(1, 1, 1), nn.Dropout())
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    footprint(noisy, 1)
    assert torch.equal(torch.rand(2), expected)
