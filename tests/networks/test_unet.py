"""pix2pix's U-Net against the paper's own list of layers."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import nn

from ganworks.networks.unet import Translator, Up


def built(size: int = 256, **options: object) -> Translator:
    with torch.device("meta"):
        return Translator((3, size, size), (3, size, size), **options)  # type: ignore[arg-type]


def kinds(network: nn.Module, *others: type[nn.Module]) -> list[nn.Module]:
    return [layer for layer in network.modules() if isinstance(layer, others)]


def test_the_published_layers() -> None:
    """C64-C128-C256-C512-C512-C512-C512-C512, then CD512-CD1024-CD1024-C1024-C1024-C512-C256-C128 with the skips."""
    network = built()
    down = [layer for layer in kinds(network, nn.Conv2d) if isinstance(layer, nn.Conv2d)]
    up = [layer for layer in kinds(network, nn.ConvTranspose2d) if isinstance(layer, nn.ConvTranspose2d)]
    assert [layer.out_channels for layer in down] == [64, 128, 256, 512, 512, 512, 512, 512]
    assert [layer.in_channels for layer in up] == [512, 1024, 1024, 1024, 1024, 512, 256, 128]
    assert [layer.out_channels for layer in up] == [512, 512, 512, 512, 256, 128, 64, 3]
    for layer in (*down, *up):
        assert (layer.kernel_size, layer.stride, layer.padding) == ((4, 4), (2, 2), (1, 1))
    assert all(layer.negative_slope == 0.2 for layer in network.modules() if isinstance(layer, nn.LeakyReLU))
    dropped = [bool(kinds(layer, nn.Dropout)) for layer in network.ups]
    assert dropped == [True] * 3 + [False] * 5
    normed = [bool(kinds(layer, nn.BatchNorm2d)) for layer in (*network.downs, *network.ups)]
    assert normed == [False, *[True] * 6, False, *[True] * 7, False], "neither the first nor the innermost nor the last"
    assert isinstance(list(network.modules())[-1], nn.Tanh)


def test_the_published_number_of_parameters() -> None:
    """54.41 M: the authors' 54,413,955 and a bias for each of the two convolutions that no norm follows."""
    assert sum(weights.numel() for weights in built().parameters()) == 54_413_955 + 64 + 512


@pytest.mark.parametrize(("size", "depth"), [(8, 3), (28, 4), (32, 5), (37, 5), (64, 6), (128, 7), (256, 8), (512, 8)])
def test_as_many_halvings_as_the_size_allows(size: int, depth: int) -> None:
    network = built(size)
    assert len(network.downs) == len(network.ups) == depth
    assert network.smallest == 2**depth
    dropouts = [layer.p for layer in network.modules() if isinstance(layer, nn.Dropout)]
    assert dropouts == [0.5] * min(3, depth - 1)


def test_every_halving_meets_its_mirror_image() -> None:
    network = Translator((1, 45, 37), (2, 45, 37), width=2)
    sizes: list[torch.Size] = []
    for layer in network.downs:
        layer.register_forward_hook(lambda _, __, made: sizes.append(made.shape[2:]))
    for layer in network.ups:
        layer.register_forward_hook(lambda _, __, made: sizes.append(made.shape[2:]))
    network(torch.zeros(2, 2, 45, 37))
    assert sizes[:5] == [(22, 18), (11, 9), (5, 4), (2, 2), (1, 1)]
    assert sizes[5:] == [*sizes[3::-1], (45, 37)]


@pytest.mark.parametrize("norm", ["batch", "instance"])
def test_a_batch_of_one_passes_its_innermost_pixel(norm: str) -> None:
    """A norm there would make every image the same."""
    network = Translator((3, 16, 16), (3, 16, 16), width=8, norm=norm)  # type: ignore[arg-type]
    inner: list[torch.Tensor] = []
    network.downs[-1].register_forward_hook(lambda _, __, made: inner.append(made.detach()))
    for _ in range(2):
        network(torch.rand(1, 3, 16, 16))
    assert inner[0].shape == (1, 64, 1, 1)
    assert all(float(maps.abs().max()) > 1e-4 for maps in inner)
    assert not torch.allclose(*inner, rtol=1e-2)


def test_dropout_is_the_noise_and_an_option() -> None:
    seen = torch.rand(1, 3, 16, 16)
    noisy, still = (Translator((3, 16, 16), (3, 16, 16), width=8, dropout=rate) for rate in (0.5, 0.0))
    assert not torch.equal(noisy(seen), noisy(seen))
    assert torch.equal(still(seen), still(seen))
    noisy.eval()
    assert torch.equal(noisy(seen), noisy(seen))


def test_initial_weights() -> None:
    network = Translator((3, 64, 64), (3, 64, 64), width=16)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            tolerance = 5 * 0.02 / layer.weight.numel() ** 0.5
            assert layer.weight.mean().abs() < tolerance
            assert layer.weight.std().item() == pytest.approx(0.02, abs=tolerance)
            assert layer.bias is None or not layer.bias.any()
        elif isinstance(layer, nn.BatchNorm2d):
            assert layer.weight.mean().item() == pytest.approx(1, abs=0.02)
            assert 0 < layer.weight.std().item() < 0.04


def test_the_layers_stand_in_the_order_of_use() -> None:
    network = built(16)
    assert all(type(layer) is Up for layer in network.ups)
    widths = [layer.num_features for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    assert widths == [128, 256, 256, 128, 64]
    assert all(fine >= coarse for fine, coarse in pairwise(widths[2:]))


def test_it_overfits_four_pairs() -> None:
    """Noise of noise, from E |x| = 0.45 to less than a tenth of it."""
    seen, wanted = torch.rand(4, 1, 8, 8) * 2 - 1, torch.rand(4, 3, 8, 8) * 1.8 - 0.9
    network = Translator((3, 8, 8), (1, 8, 8), width=32, dropout=0.0)
    optimiser = torch.optim.Adam(network.parameters(), 2e-3, betas=(0.5, 0.999))
    for _ in range(100):
        loss = (network(seen) - wanted).abs().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.04


def test_repeated_pixels_come_back_to_every_size() -> None:
    network = Translator((1, 45, 37), (2, 45, 37), width=2, up="nearest").eval()
    assert not kinds(network, nn.ConvTranspose2d)
    assert network(torch.randn(1, 2, 45, 37)).shape == (1, 1, 45, 37)
    assert network(torch.randn(1, 2, 64, 51)).shape == (1, 1, 64, 51)
