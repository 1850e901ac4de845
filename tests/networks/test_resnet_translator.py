"""CycleGAN's residual translator against the paper's own list of layers."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganworks.networks.reflection import Reflection
from ganworks.networks.resnet_translator import Residual, Translator


def built(size: int, **options: object) -> Translator:
    with torch.device("meta"):
        return Translator((3, size, size), (3, size, size), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(("size", "blocks", "parameters"), [(128, 6, 7_837_699), (256, 9, 11_378_179)])
def test_blocks_go_by_size_and_parameters_are_the_published_ones(size: int, blocks: int, parameters: int) -> None:
    """7.84 M and 11.38 M."""
    network = built(size)
    assert sum(type(layer) is Residual for layer in network.layers) == blocks
    assert sum(weights.numel() for weights in network.parameters()) == parameters
    assert sum(type(layer) is Residual for layer in built(size, blocks=2).layers) == 2


def test_the_published_layers() -> None:
    """c7s1-64, d128, d256, R256 six times, u128, u64, c7s1-3."""
    convolutions = [layer for layer in built(64).modules() if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d)]
    found = [(layer.out_channels, layer.kernel_size[0], layer.stride[0]) for layer in convolutions]
    ends = [(64, 7, 1), (128, 3, 2), (256, 3, 2)], [(128, 3, 2), (64, 3, 2), (3, 7, 1)]
    assert found == [*ends[0], *[(256, 3, 1)] * 12, *ends[1]]
    assert [type(layer) is nn.ConvTranspose2d for layer in convolutions[-3:]] == [True, True, False]
    norms = [layer for layer in built(64).modules() if isinstance(layer, nn.InstanceNorm2d)]
    assert len(norms) == len(convolutions) - 1
    assert not any(layer.affine or layer.track_running_stats for layer in norms)
    assert type(built(64).layers[-1]) is nn.Tanh


def test_an_even_image_stays_even_up_to_its_edges() -> None:
    """Reflection adds no border; only the strided layers' zeros, four pixels or more away from here, do."""
    torch.manual_seed(0)
    layers = Translator((3, 32, 32), (3, 32, 32), width=4, blocks=1).layers
    made = layers[1](layers[0](torch.full((1, 3, 32, 32), 0.5)))
    assert (made - made[:, :, :1, :1]).abs().max().item() < 1e-6
    inside = next(layer for layer in layers if isinstance(layer, Residual)).layers
    conv = [Reflection, nn.Conv2d, nn.InstanceNorm2d]
    assert [type(layer) for layer in inside] == [*conv, nn.ReLU, *conv]


def test_an_odd_image_keeps_its_place() -> None:
    """What is cut off its output is at the end, where the even image has one more row and column."""
    network = Translator((1, 32, 32), (1, 32, 32), width=4, blocks=1).eval()
    strided = [layer for layer in network.layers if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d)][1:-1]
    with torch.no_grad():
        for layer in strided:
            layer.weight.zero_()
            layer.weight[:, :, 1, 1] = 1.0
    image = torch.zeros(1, 4, 13, 13)
    image[..., 8, 8] = 1
    maps = image
    for layer in strided:
        maps = layer(maps)
    assert maps[0, 0].argmax() == 8 * maps.shape[3] + 8


def test_initial_weights() -> None:
    network = Translator((3, 32, 32), (3, 32, 32), width=16, blocks=2)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            tolerance = 5 * 0.02 / layer.weight.numel() ** 0.5
            assert layer.weight.std().item() == pytest.approx(0.02, abs=tolerance)
            assert layer.bias is not None and not layer.bias.any()


def test_a_block_adds_to_what_it_is_given() -> None:
    block, maps = Residual(4), torch.rand(2, 4, 6, 6)
    assert not torch.allclose(block(maps), maps, atol=0.1)
    nn.init.zeros_(block.layers[-2].weight)  # type: ignore[arg-type]
    nn.init.zeros_(block.layers[-2].bias)  # type: ignore[arg-type]
    assert torch.equal(block(maps), maps)


def test_repeated_pixels_come_back_to_every_size() -> None:
    network = Translator((1, 45, 37), (2, 45, 37), width=2, blocks=1, up="nearest")
    assert not any(isinstance(layer, nn.ConvTranspose2d) for layer in network.modules())
    assert network(torch.randn(1, 2, 45, 37)).shape == (1, 1, 45, 37)
