"""Tiles without seams."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from ganworks.errors import GanworksError
from ganworks.games.tiling import padded, receptive_radius, tiled


class Residual(nn.Module):
    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, maps: Tensor) -> Tensor:
        return maps + self.layers(maps)


def zeros() -> list[nn.Module]:
    return [nn.Conv2d(4, 4, 3, padding=1), nn.ReLU()]


def mirrored() -> list[nn.Module]:
    return [nn.ReflectionPad2d(2), nn.Conv2d(4, 4, 5), nn.LeakyReLU(0.2)]


def normalised() -> list[nn.Module]:
    norm = nn.BatchNorm2d(4)
    nn.init.normal_(norm.running_mean)
    return [nn.Conv2d(4, 4, 3, padding=1, padding_mode="replicate"), norm, nn.Tanh()]


def dilated() -> list[nn.Module]:
    return [Residual(nn.Conv2d(4, 4, 3, padding=2, dilation=2), nn.ReLU())]


def halved_and_transposed() -> list[nn.Module]:
    return [
        nn.Conv2d(4, 4, 4, 2, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(4, 4, 3, 1, 1),
        nn.ConvTranspose2d(4, 4, 3, 2, 1, 1),
    ]


def u_net() -> list[nn.Module]:
    inner = [nn.MaxPool2d(2), *zeros(), nn.Upsample(scale_factor=2)]
    down, up = [nn.ReflectionPad2d(1), nn.Conv2d(4, 4, 3, 2)], [nn.Upsample(scale_factor=2), nn.Conv2d(4, 4, 3, 1, 1)]
    return [Residual(*down, Residual(*inner), *up)]


def shuffled() -> list[nn.Module]:
    return [nn.Conv2d(4, 16, 3, padding=1), nn.PixelShuffle(2), nn.PReLU()]


STRIDES = {zeros: 1, mirrored: 1, normalised: 1, dilated: 1, halved_and_transposed: 2, u_net: 4}


def network(*blocks: object) -> nn.Module:
    layers = [layer for block in blocks for layer in block()]
    return nn.Sequential(nn.Conv2d(3, 4, 1), *layers, nn.Conv2d(4, 2, 1)).eval()


@torch.no_grad()
@settings(max_examples=30)
@given(
    st.lists(st.sampled_from(list(STRIDES)), max_size=2),
    st.booleans(),
    st.integers(1, 44),
    st.integers(1, 44),
    st.integers(9, 30),
    st.integers(0, 1000),
)
def test_tiles_have_no_seams(blocks, larger, height, width, tile, seed) -> None:
    torch.manual_seed(seed)
    multiple, scale = max((STRIDES[block] for block in blocks), default=1), 2 if larger else 1
    # Padding layers need more than their own width of picture.
    height, width = max(height, 2 * multiple + 1), max(width, 2 * multiple + 1)
    translate = network(*blocks, *[shuffled] * larger)
    radius = receptive_radius(translate, (3, 64, 64), multiple)
    assert radius is not None
    sizes = []

    def seen(images: Tensor) -> Tensor:
        sizes.append(images.shape[2:])
        return translate(images)

    images = torch.rand(2, 3, height, width) * 2 - 1
    in_tiles = tiled(seen, images, tile, radius, scale, multiple)
    whole = padded(translate, images, multiple)
    assert in_tiles.shape == whole.shape == (2, 2, scale * height, scale * width)
    assert torch.allclose(in_tiles, whole, atol=1e-5, rtol=0)
    assert max(max(size) for size in sizes) <= tile + 2 * radius + 3 * multiple


@torch.no_grad()
@pytest.mark.parametrize(
    ("blocks", "radius"),
    [
        ([], 0),
        ([zeros], 1),
        ([zeros, mirrored, dilated, normalised], 6),
        ([shuffled, zeros], 2),  # one pixel of twice the size, and one of the input's
        ([halved_and_transposed], 5),
    ],
)
def test_the_radius_is_that_of_the_layers(blocks, radius: int) -> None:
    translate = network(*blocks)
    for weights in translate.parameters():
        nn.init.zeros_(weights)  # weights do not matter
    assert receptive_radius(translate, (3, 64, 48), multiple=2) == radius


@torch.no_grad()
def test_a_margin_below_the_radius_has_seams() -> None:
    translate = network(zeros, zeros, zeros)
    images = torch.rand(1, 3, 40, 40)
    assert not torch.allclose(tiled(translate, images, 16, 2), translate(images), atol=1e-5)
    assert torch.allclose(tiled(translate, images, 16, 3), translate(images), atol=1e-6)


@pytest.mark.parametrize("layer", [nn.InstanceNorm2d(4), nn.AdaptiveAvgPool2d(1), nn.Softmax2d()])
def test_statistics_of_the_whole_image_are_noticed(layer: nn.Module) -> None:
    local = isinstance(layer, nn.Softmax2d)  # over channels only
    translate = nn.Sequential(nn.Conv2d(3, 4, 3, 1, 1), Residual(layer))
    assert receptive_radius(translate, (3, 32, 32)) == (1 if local else None)


def test_a_radius_larger_than_the_image_is_noticed() -> None:
    translate = network(*[mirrored] * 9)
    assert receptive_radius(translate, (3, 32, 32)) is None
    assert receptive_radius(translate, (3, 64, 64)) == 18


def test_a_network_that_hides_nan_is_refused() -> None:
    with pytest.raises(GanworksError, match="hides NaN"):
        receptive_radius(lambda images: images.nan_to_num(), (3, 8, 8))


def test_padding_mirrors_or_repeats_and_is_cut_off() -> None:
    given = []

    def remember(images: Tensor) -> Tensor:
        given.append(images)
        return images.repeat_interleave(3, 2).repeat_interleave(3, 3)

    images = torch.arange(15.0).view(1, 1, 5, 3)
    output = padded(remember, images, 4)
    assert given[0].shape == (1, 1, 8, 4)
    assert given[0][0, 0, :, 0].tolist() == [0, 3, 6, 9, 12, 9, 6, 3]
    assert given[0][0, 0, 0].tolist() == [0, 1, 2, 1]
    assert (output == images.repeat_interleave(3, 2).repeat_interleave(3, 3)).all()
    padded(remember, images[:, :, :, :1], 4)
    assert given[1][0, 0, 0].tolist() == [0, 0, 0, 0]


def test_sizes_that_fit_are_not_touched() -> None:
    images = torch.rand(1, 3, 8, 12)
    assert padded(lambda given: given, images, 4).data_ptr() == images.data_ptr()


def test_outputs_of_other_sizes_are_refused() -> None:
    with pytest.raises(GanworksError, match="turns 9×9 into 18×20"):
        padded(lambda images: images.new_zeros(1, 3, 18, 20), torch.rand(1, 3, 9, 9), 1)
    with pytest.raises(GanworksError, match="enlarges 2 times, not 1 times"):
        tiled(nn.Upsample(scale_factor=2), torch.rand(1, 3, 9, 9), 4, 1)
