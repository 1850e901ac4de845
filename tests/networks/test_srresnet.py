"""SRResNet against the layers of its paper."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganworks.networks.srresnet import Translator, doubling


def parameters(network: nn.Module) -> int:
    return sum(weights.numel() for weights in network.parameters())


@pytest.mark.parametrize(("scale", "doublings"), [(2, 1), (4, 2)])
def test_srresnet_has_the_published_layers(scale: int, doublings: int) -> None:
    """k9n64s1, 16 × (k3n64s1, BN, PReLU, k3n64s1, BN), k3n64s1, BN, k3n256s1 and shuffle, k9n3s1; 1.55 M at ×4."""
    with torch.device("meta"):
        network = Translator((3, 24 * scale, 24 * scale), (3, 24, 24))
    convolutions = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    shapes = [(layer.kernel_size[0], layer.out_channels, layer.stride[0]) for layer in convolutions]
    assert shapes == [(9, 64, 1), *[(3, 64, 1)] * 33, *[(3, 256, 1)] * doublings, (9, 3, 1)]
    entry, last = 9 * 9 * 3 * 64 + 64, 9 * 9 * 64 * 3 + 3
    normed, doubled = 3 * 3 * 64 * 64 + 2 * 64, 3 * 3 * 64 * 256 + 256
    slopes = 64 * (1 + 16 + doublings)
    assert parameters(network) == entry + 33 * normed + doublings * doubled + last + slopes
    if scale == 4:
        assert parameters(network) == 1_548_547


def test_srresnet_without_batch_norm_has_biases_instead() -> None:
    with torch.device("meta"):
        network = Translator((3, 96, 96), (3, 24, 24), batch_norm=False)
    assert not [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    assert parameters(network) == 1_548_547 - 33 * 64
    assert all(layer.bias is not None for layer in network.modules() if isinstance(layer, nn.Conv2d))


def test_a_doubling_shuffles_four_channels_to_four_pixels() -> None:
    conv, shuffle, _ = doubling(1)
    nn.init.zeros_(conv.weight)  # type: ignore[arg-type]
    conv.bias.data.copy_(torch.arange(4.0))  # type: ignore[union-attr, operator]
    assert shuffle(conv(torch.rand(1, 1, 1, 1))).tolist() == [[[[0, 1], [2, 3]]]]


def test_skips_pass_what_silent_layers_do_not_add() -> None:
    """Over every block, and over all of them."""
    network, images = Translator((3, 16, 16), (3, 8, 8), blocks=2, width=4).eval(), torch.rand(2, 3, 8, 8)
    assert not torch.equal(network(images), network.paint(network.enlarge(network.enter(images))))
    for layer in network.trunk.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.zeros_(layer.weight)
    maps = network.enter(images)
    assert torch.equal(network.trunk[0](maps), maps)
    assert torch.equal(network(images), network.paint(network.enlarge(maps)))
