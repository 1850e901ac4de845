"""The four published discriminators of patches: what each logit sees, how many parameters, what does not fit."""

from __future__ import annotations

from typing import Literal

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from ganworks.errors import UsageError
from ganworks.networks.patchgan import SMALLEST, Discriminator

Patch = Literal[1, 16, 70, 286]
WIDTHS: dict[Patch, list[int]] = {
    1: [64, 128, 1],
    16: [64, 128, 1],
    70: [64, 128, 256, 512, 1],
    286: [64, 128, 256, 512, 512, 512, 1],
}


@pytest.mark.parametrize("patch", WIDTHS)
def test_the_published_layers(patch: Patch) -> None:
    with torch.device("meta"):
        network = Discriminator((6, 256, 256), patch=patch)
    layers = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    assert [layer.out_channels for layer in layers] == WIDTHS[patch]
    assert {layer.kernel_size for layer in layers} == {(1, 1) if patch == 1 else (4, 4)}
    halved = 0 if patch == 1 else len(layers) - 2
    assert [layer.stride for layer in layers] == [(2, 2)] * halved + [(1, 1)] * (len(layers) - halved)
    normed = [layer.num_features for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    assert normed == WIDTHS[patch][1:-1]
    assert all(layer.negative_slope == 0.2 for layer in network.modules() if isinstance(layer, nn.LeakyReLU))


@pytest.mark.parametrize(
    ("channels", "norm", "parameters"), [(6, "batch", 2_768_705), (3, "instance", 2_764_737), (3, "batch", 2_765_633)]
)
def test_published_numbers_of_parameters(channels: int, norm: Literal["batch", "instance"], parameters: int) -> None:
    """2.769 M of pix2pix on pairs, 2.765 M of CycleGAN on images."""
    with torch.device("meta"):
        network = Discriminator((channels, 256, 256), norm=norm)
    assert sum(weights.numel() for weights in network.parameters()) == parameters


@pytest.mark.parametrize("patch", WIDTHS)
def test_a_logit_sees_its_patch_and_nothing_else(patch: Patch) -> None:
    side = {1: 8, 16: 48, 70: 176, 286: 640}[patch]
    network = Discriminator((1, side, side), patch=patch, width=1).double().eval()
    image = torch.rand(1, 1, side, side, dtype=torch.float64, requires_grad=True)
    logits = network(image)
    middle = logits.shape[2] // 2
    (gradient,) = torch.autograd.grad(logits[0, 0, middle, middle], image)
    rows, columns = gradient[0, 0].any(1).nonzero(), gradient[0, 0].any(0).nonzero()
    for seen in (rows, columns):
        assert int(seen.max() - seen.min()) + 1 == patch
        assert int(seen.min()) > 0 and int(seen.max()) < side - 1, "not cut by the border"


@settings(max_examples=12)
@given(st.sampled_from([1, 16, 70]), st.tuples(st.integers(2, 40), st.integers(2, 40)), st.sampled_from([1, 3, 6]))
def test_small_images_are_judged_or_told_what_fits(patch: Patch, size: tuple[int, int], channels: int) -> None:
    if min(size) >= SMALLEST[patch]:
        network = Discriminator((channels, *size), patch=patch, width=2, norm="instance")
        logits = network(torch.rand(1, channels, *size))
        assert logits.shape[:2] == (1, 1) and min(logits.shape[2:]) >= 1
    else:
        fits = 16 if min(size) >= 6 else 1
        with pytest.raises(UsageError, match=rf"patches of {patch} need images of .*: choose patch {fits}$"):
            Discriminator((channels, *size), patch=patch)


def test_what_no_patch_fits() -> None:
    with pytest.raises(UsageError, match="not 1×1×9: choose larger images"):
        Discriminator((1, 1, 9))
    with pytest.raises(UsageError, match="needs images, not samples of 2"):
        Discriminator((2,))
    with pytest.raises(UsageError, match="not 3×64×64: choose patch 70"):
        Discriminator((3, 64, 64), patch=286)


def test_gradients_reach_every_weight() -> None:
    network = Discriminator((2, 24, 30), conditions=3, width=2)
    network(torch.rand(3, 2, 24, 30), torch.eye(3)).square().mean().backward()
    for name, weights in network.named_parameters():
        assert weights.grad is not None and weights.grad.abs().max() > 0, name


def test_a_condition_projects_every_patch() -> None:
    """What it adds is linear in the condition, and another at each place."""
    network = Discriminator((1, 40, 40), conditions=3, width=4).eval()
    images = torch.rand(2, 1, 40, 40)
    without = network(images)
    told = [network(images, condition.expand(2, 3)) - without for condition in torch.eye(3)]
    both = network(images, torch.tensor([1.0, 1.0, 0.0]).expand(2, 3)) - without
    torch.testing.assert_close(both, told[0] + told[1])
    assert told[0].std().item() > 0 and not torch.allclose(told[0], told[1])
