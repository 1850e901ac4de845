from __future__ import annotations

import torch

from ganworks.losses.perceptual import perceptual
from ganworks.losses.reconstruction import l1
from ganworks.networks.imagenet_features import ImageNetFeatures


def test_it_is_the_mean_squared_distance_of_maps() -> None:
    generated, real = torch.rand(2, 3, 8, 12), torch.rand(2, 3, 8, 12)
    network = ImageNetFeatures("vgg16", stage=2, activated=False)
    expected = (network(generated) - network(real)).square().sum() / (2 * 128 * 4 * 6)
    assert float(expected) > 0
    torch.testing.assert_close(perceptual(generated, real, network), expected)
    assert float(perceptual(real, real, network)) == 0


def test_only_generated_images_learn() -> None:
    generated, real = (torch.rand(2, 1, 8, 8, requires_grad=True) for _ in range(2))
    network = ImageNetFeatures("vgg16", stage=1)
    perceptual(generated, real, network).backward()
    assert generated.grad is not None and float(generated.grad.abs().max()) > 0
    assert real.grad is None
    assert all(weights.grad is None for weights in network.parameters())


def test_descent_on_it_brings_an_image_closer() -> None:
    real = torch.rand(1, 3, 8, 8) * 2 - 1
    image = torch.zeros(1, 3, 8, 8, requires_grad=True)
    network = ImageNetFeatures("vgg16", stage=1, activated=False)
    optimiser = torch.optim.Adam([image], 0.05)
    before = (image - real).abs().mean().item()
    for _ in range(60):
        optimiser.zero_grad()
        perceptual(image, real, network).backward()
        optimiser.step()
    assert (image - real).abs().mean().item() < before / 4


def test_maps_in_few_digits_are_compared_in_full() -> None:
    generated, real = torch.rand(2, 3, 8, 8), torch.rand(2, 3, 8, 8)
    network = ImageNetFeatures("vgg16", stage=1)
    with torch.autocast("cpu", torch.bfloat16):
        rough = perceptual(generated, real, network)
    assert rough.dtype == torch.float32
    torch.testing.assert_close(rough, perceptual(generated, real, network), rtol=0.05, atol=0)


def test_maps_are_as_far_apart_as_the_distance_says() -> None:
    generated, real = torch.rand(2, 3, 8, 8), torch.rand(2, 3, 8, 8)
    network = ImageNetFeatures("vgg16", stage=1)
    expected = (network(generated) - network(real)).abs().mean()
    torch.testing.assert_close(perceptual(generated, real, network, l1), expected)
