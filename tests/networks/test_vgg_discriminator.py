"""SRGAN's discriminator against the layers of its paper, and at sizes that it has none for."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganworks.networks.vgg_discriminator import Discriminator


def test_the_discriminator_has_the_published_layers() -> None:
    """k3n64s1 without a norm, k3n64s2, …, k3n512s2 with one each, dense 1024, LeakyReLU, dense 1, on 96×96."""
    with torch.device("meta"):
        network = Discriminator((3, 96, 96))
    convolutions = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    shapes = [(layer.kernel_size[0], layer.out_channels, layer.stride[0]) for layer in convolutions]
    assert shapes == [(3, width, stride) for width in (64, 128, 256, 512) for stride in (1, 2)]
    assert [layer.num_features for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)] == [
        *(64, 128, 128, 256, 256, 512, 512)
    ]
    dense = [(layer.in_features, layer.out_features) for layer in network.modules() if isinstance(layer, nn.Linear)]
    assert dense == [(6 * 6 * 512, 1024), (1024, 1)]
    slopes = [layer.negative_slope for layer in network.modules() if isinstance(layer, nn.LeakyReLU)]
    assert slopes == [0.2] * 9


@pytest.mark.parametrize(
    ("size", "halved"), [((8, 8), 2), ((9, 37), 2), ((16, 20), 3), ((28, 28), 3), ((37, 45), 4), ((100, 33), 4)]
)
def test_the_discriminator_fits_any_size(size: tuple[int, int], halved: int) -> None:
    network = Discriminator((2, *size), conditions=3, width=2)
    strides = [layer.stride[0] for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    assert strides == [1, 2] * halved
    images = torch.rand(1, 2, *size)
    assert network(images).shape == (1, 1), "a batch of one has something to be normed by"
    network(torch.rand(3, 2, *size), torch.eye(3)).square().mean().backward()
    for name, weights in network.named_parameters():
        assert weights.grad is not None and weights.grad.abs().max() > 0, name


def test_the_discriminator_is_told_by_projection() -> None:
    network, images = Discriminator((1, 16, 16), conditions=2, width=2).eval(), torch.rand(2, 1, 16, 16)
    told = [network(images, condition.expand(2, 2)) for condition in torch.eye(2)]
    assert not torch.allclose(told[0], told[1])
    assert network(images).shape == (2, 1)
