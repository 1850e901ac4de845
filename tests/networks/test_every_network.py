"""What holds for every pair of players, at every size and number of channels."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.functional import avg_pool2d

from ganworks.errors import UsageError
from ganworks.lookup import find, names

PACKAGE = "ganworks.networks"
SMALL: dict[str, dict[str, Any]] = {
    "mlp": {"hidden": (8,)},
    "dcgan": {"width": 4},
    "resnet": {"width": 4},
    "lstm": {"hidden": 5},
}
OWN_TESTS = {"patchgan", "vgg-discriminator"}
"""Discriminators without a generator of their own."""
SIZES = [(8, 8), (28, 28), (37, 37), (48, 80), (64, 64), (80, 48)]
SHAPES = [
    *((size, channels) for size in SIZES for channels in (1, 3, 4, 5)),
    *((size, channels) for size in [(128, 128), (256, 256)] for channels in (1, 5)),
]


def players(name: str, shape: tuple[int, ...], conditions: int = 0) -> tuple[nn.Module, nn.Module]:
    generator = find("generator", PACKAGE, name, "Generator")(shape=shape, latent=6, **SMALL[name])
    discriminator = find("discriminator", PACKAGE, name, "Discriminator")(
        shape=shape, conditions=conditions, **SMALL[name]
    )
    return generator, discriminator


def test_every_network_is_tested() -> None:
    assert set(SMALL) == set(names(PACKAGE, "Generator"))
    assert {*SMALL, *OWN_TESTS} == set(names(PACKAGE, "Discriminator"))


@pytest.mark.parametrize(("size", "channels"), SHAPES, ids=str)
@pytest.mark.parametrize("name", SMALL)
def test_any_size_and_channels(name: str, size: tuple[int, int], channels: int) -> None:
    """Right shapes, samples in (−1, 1), and gradients that reach every weight."""
    shape = (channels, *size)
    generator, discriminator = players(name, shape)
    samples = generator(torch.randn(3, 6))
    assert samples.shape == (3, *shape)
    assert samples.abs().max() <= 1, "tanh rounds to 1 for a few pixels"
    assert (samples.abs() < 1).double().mean() > 0.99
    logits = discriminator(samples)
    assert logits.shape == (3, 1)
    logits.square().mean().backward()
    for network in (generator, discriminator):
        for weights_name, weights in network.named_parameters():
            assert weights.grad is not None, weights_name
            # A bias in front of batch norm or of a mean over the batch could be an exact 0; a whole tensor is a bug.
            assert weights.grad.abs().max() > 0, weights_name


@pytest.mark.parametrize("name", SMALL)
def test_the_discriminator_sees_every_pixel(name: str) -> None:
    """Also those that an odd size leaves over, except a rim that a stride cannot reach."""
    _, discriminator = players(name, (1, 37, 45))
    image = torch.randn(1, 1, 37, 45, requires_grad=True)
    (gradient,) = torch.autograd.grad(discriminator.eval()(image).sum(), image)
    assert (gradient != 0).double().mean() > 0.9


@pytest.mark.parametrize("name", SMALL)
def test_a_condition_changes_the_judgement(name: str) -> None:
    _, discriminator = players(name, (1, 16, 16), conditions=4)
    images = torch.randn(4, 1, 16, 16)
    discriminator.eval()
    told = [discriminator(images, torch.eye(4)[[label] * 4]) for label in range(4)]
    assert all(logits.shape == (4, 1) for logits in told)
    assert not torch.allclose(told[0], told[1])
    assert discriminator(images).shape == (4, 1), "and none is needed"


@pytest.mark.parametrize("name", ["dcgan", "resnet"])
def test_what_is_too_small_is_refused(name: str) -> None:
    for shape in [(1, 7, 7), (1, 64, 7), (2,), (5, 3)]:
        with pytest.raises(UsageError, match=r"at least 8 pixels|the recipe toy is for points"):
            players(name, shape)


def test_points_and_sequences() -> None:
    generator, discriminator = players("mlp", (2,))
    assert generator(torch.randn(3, 6)).shape == (3, 2)
    assert generator(torch.randn(3, 6) * 1e4).abs().max() > 1, "points are not squashed"
    assert discriminator(torch.randn(3, 2)).shape == (3, 1)
    generator, discriminator = players("lstm", (7, 4))
    assert generator(torch.randn(3, 6)).shape == (3, 7, 4)
    assert discriminator(torch.randn(3, 7, 4)).shape == (3, 1)
    with pytest.raises(UsageError, match="points of 2 numbers"):
        players("lstm", (2,))


def test_residual_branches_start_larger_by_the_root_of_two() -> None:
    """Xavier uniform in [−g·b, g·b] with b² = 6 / (fan in + fan out), g = √2 inside the branches and 1 elsewhere."""
    for network in players("resnet", (3, 16, 16)):
        for block in [block for block in network.modules() if hasattr(block, "convs")]:
            layers = [(conv, 2**0.5) for conv in block.convs] + [(block.shortcut, 1.0)]
            for layer, gain in layers:
                if isinstance(layer, nn.Conv2d):
                    weight = next(w for name, w in layer.named_parameters() if "bias" not in name)
                    bound = gain * (6 / ((weight.shape[0] + weight.shape[1]) * weight[0, 0].numel())) ** 0.5
                    assert 0.6 * bound < weight.abs().max() <= bound
                    if weight.numel() > 100:
                        assert weight.abs().max() > 0.9 * bound


def test_only_the_first_resnet_block_takes_its_input_as_it_is() -> None:
    """Also where the picture has as many channels as the block."""
    discriminator = find("discriminator", PACKAGE, "resnet", "Discriminator")(shape=(4, 16, 16), width=4)
    first = discriminator.features[0]
    negative = -torch.rand(2, 4, 16, 16)
    inner = first(negative) - first.shortcut(avg_pool2d(negative, 2))
    assert inner.abs().max() > 1e-3, "a ReLU in front would see nothing"
    assert [type(block.activations[0]) for block in discriminator.features[:3]] == [nn.Identity, nn.ReLU, nn.ReLU]
