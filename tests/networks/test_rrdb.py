"""ESRGAN's generator against its paper and the authors' number of parameters."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganworks.networks.rrdb import RRDB, Dense, Translator


def test_rrdb_has_the_published_number_of_parameters() -> None:
    """23 blocks of width 64 and growth 32, ×4: 16.70 M."""
    network = Translator((3, 128, 128), (3, 32, 32))
    assert sum(weights.numel() for weights in network.parameters()) == 16_697_987


def test_a_dense_block_sees_all_that_came_before_and_starts_near_nothing() -> None:
    block = Dense(64, 32)
    convolutions = [layer for layer in block.convs if isinstance(layer, nn.Conv2d)]
    assert [layer.in_channels for layer in convolutions] == [64, 96, 128, 160, 192]
    assert [layer.out_channels for layer in convolutions] == [32, 32, 32, 32, 64]
    for layer in convolutions:
        assert layer.weight.std().item() == pytest.approx(0.1 * (2 / (9 * layer.in_channels)) ** 0.5, rel=0.05)
    maps = torch.rand(2, 64, 8, 8)
    assert 0 < float((block(maps) - maps).detach().abs().max()) < 0.05


def test_residuals_are_scaled() -> None:
    """With last convolutions that only give 1: x + 0.2 of a dense block, x + 0.2 (x + 3 · 0.2) of three of them."""
    whole = RRDB(4, 2)
    for dense in whole.blocks:
        nn.init.zeros_(dense.convs[-1].weight)  # type: ignore[union-attr, arg-type, index]
        nn.init.ones_(dense.convs[-1].bias)  # type: ignore[union-attr, arg-type, index]
    maps = torch.rand(1, 4, 5, 5)
    torch.testing.assert_close(whole.blocks[0](maps), maps + 0.2)
    torch.testing.assert_close(whole(maps), 1.2 * maps + 0.12)


def test_a_skip_passes_what_a_silent_trunk_does_not_add() -> None:
    network, images = Translator((3, 16, 16), (3, 8, 8), blocks=1, width=4, growth=2), torch.rand(2, 3, 8, 8)
    assert not torch.equal(network(images), network.paint(network.enlarge(network.enter(images))))
    for weights in network.trunk[-1].parameters():
        nn.init.zeros_(weights)
    assert torch.equal(network(images), network.paint(network.enlarge(network.enter(images))))
