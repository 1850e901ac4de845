"""Averages on the way down, nearest neighbours on the way up."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganworks.networks.dcgan import Discriminator, Generator

SHAPES = [(1, 8, 8), (3, 32, 32), (1, 37, 45)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_same_widths_and_sizes(shape: tuple[int, int, int]) -> None:
    generator, discriminator = Generator(shape, 6, width=4, up="nearest"), Discriminator(shape, width=4, down="average")
    samples = generator(torch.randn(3, 6))
    assert samples.shape == (3, *shape)
    assert discriminator(samples).shape == (3, 1)
    plain = Generator(shape, 6, width=4), Discriminator(shape, width=4)
    for network, other in zip((generator, discriminator), plain, strict=True):
        ours, theirs = ([w.shape[0] for w in net.parameters() if w.dim() == 1] for net in (network, other))
        assert ours == theirs


def test_what_stands_where() -> None:
    generator, discriminator = Generator((1, 16, 16), 6, up="nearest"), Discriminator((1, 16, 16), down="average")
    block = [nn.BatchNorm2d, nn.ReLU, nn.Upsample, nn.Conv2d]
    assert [type(layer) for layer in generator.layers] == [nn.ConvTranspose2d, *block, *block, nn.Tanh]
    down = [type(layer) for layer in discriminator.features]
    assert down[:6] == [nn.Conv2d, nn.AvgPool2d, nn.LeakyReLU, nn.Conv2d, nn.AvgPool2d, nn.BatchNorm2d]
    convolutions = [layer for layer in (*generator.layers[1:], *discriminator.features) if isinstance(layer, nn.Conv2d)]
    assert {(conv.kernel_size, conv.stride, conv.padding) for conv in convolutions} == {((3, 3), (1, 1), (1, 1))}


def test_no_checkerboard_of_a_flat_map() -> None:
    """A constant map stays constant inside the frame of one doubling, which a transposed convolution's does not."""
    torch.manual_seed(0)
    for up, flat in (("nearest", True), ("transposed", False)):
        generator = Generator((1, 16, 16), 6, width=4, up=up)  # type: ignore[arg-type]
        layers = [
            layer for layer in generator.layers if isinstance(layer, nn.Upsample | nn.Conv2d | nn.ConvTranspose2d)
        ]
        maps = torch.ones(1, layers[-1].in_channels, 8, 8)
        last = layers[-2:] if up == "nearest" else layers[-1:]
        inside = nn.Sequential(*last)(maps)[0, 0, 2:-2, 2:-2]
        assert (inside.std() < 1e-7) == flat
