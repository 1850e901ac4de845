"""VGG16 and AlexNet, cut where a loss wants them."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganworks.errors import GanworksError, UsageError
from ganworks.networks.imagenet_features import SMALLEST, Backbone, ImageNetFeatures, five_stages

CASES = [(backbone, stage) for backbone in ("alexnet", "vgg16") for stage in (1, 3, 5)]


@pytest.mark.parametrize(
    ("backbone", "convolutions", "parameters"), [("alexnet", 5, 2_469_696), ("vgg16", 13, 14_714_688)]
)
def test_published_parameter_counts(backbone: Backbone, convolutions: int, parameters: int) -> None:
    """Those of the layers before the classifier."""
    stages = five_stages(backbone)
    assert sum(isinstance(layer, nn.Conv2d) for layer in stages.modules()) == convolutions
    assert sum(weights.numel() for weights in stages.parameters()) == parameters


@pytest.mark.parametrize(("backbone", "stage"), CASES)
def test_the_smallest_image_leaves_one_pixel_and_a_smaller_one_is_refused(backbone: Backbone, stage: int) -> None:
    network = ImageNetFeatures(backbone, stage)  # type: ignore[arg-type]
    side = SMALLEST[backbone][stage - 1]
    assert network(torch.zeros(1, 3, side, side)).shape[2:] == (1, 1)
    if side > 1:
        with pytest.raises(GanworksError, match=f"too small for this stage: {side} pixels or more"):
            network(torch.zeros(1, 3, side, side - 1))


@pytest.mark.parametrize("backbone", ["alexnet", "vgg16"])
def test_before_and_after_activation(backbone: Backbone) -> None:
    before, after = (ImageNetFeatures(backbone, 3, activated) for activated in (False, True))
    assert before.state_dict().keys() == after.state_dict().keys()
    after.load_state_dict(before.state_dict())
    images = torch.rand(2, 3, 33, 40) * 2 - 1
    raw = before(images)
    assert float(raw.min()) < 0
    assert torch.equal(raw.relu(), after(images))


def test_only_images_learn() -> None:
    network, images = ImageNetFeatures(stage=1), torch.rand(1, 3, 8, 8, requires_grad=True)
    network(images).sum().backward()
    assert images.grad is not None and float(images.grad.abs().max()) > 0
    assert all(weights.grad is None and not weights.requires_grad for weights in network.parameters())


def test_grey_is_three_equal_channels_and_others_are_refused() -> None:
    network, grey = ImageNetFeatures(stage=1), torch.rand(1, 1, 8, 8)
    assert torch.equal(network(grey), network(grey.expand(-1, 3, -1, -1)))
    with pytest.raises(GanworksError, match="1 or 3 channels, not 4"):
        network(torch.rand(1, 4, 8, 8))
    with pytest.raises(UsageError, match="did you mean 'vgg16'"):
        ImageNetFeatures("vgg19")  # type: ignore[arg-type]
