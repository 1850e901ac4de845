"""A small classifier of the real data: its classes judge generated images, its features compare sets of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import sqrt
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganworks.data.batches import to_unit_range
from ganworks.errors import GanworksError
from ganworks.scores.images import require_images

FEATURES = 128
_LARGEST_SIDE, _SMALLEST_SIDE = 32, 8
_BATCH = 1000


def _convolution(fan_in: int, fan_out: int) -> nn.Sequential:
    """3×3 convolution, batch norm, ReLU."""
    return nn.Sequential(nn.Conv2d(fan_in, fan_out, 3, 1, 1, bias=False), nn.BatchNorm2d(fan_out), nn.ReLU())


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.change = nn.Sequential(_convolution(channels, channels), _convolution(channels, channels))

    def forward(self, maps: Tensor) -> Tensor:
        return maps + cast(Tensor, self.change(maps))


def _layers(channels: int) -> nn.Sequential:
    """N×C×H×W, H and W even and ≥ 8, to N×128; most of the work is done at a quarter of the resolution."""
    return nn.Sequential(
        nn.PixelUnshuffle(2),
        _convolution(4 * channels, 32),
        nn.MaxPool2d(2),
        _convolution(32, 64),
        _Residual(64),
        nn.MaxPool2d(2, ceil_mode=True),
        _convolution(64, FEATURES),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
    )


@dataclass(frozen=True)
class Spec:
    """What rebuilds a classifier: input channels, the size it works at, its classes, and the pixel statistics."""

    channels: int
    size: tuple[int, int]
    classes: int
    mean: float
    deviation: float

    def to_dict(self) -> dict[str, object]:
        return asdict(self)


class Classifier(nn.Module):
    """Images N×C×H×W of any size, uint8 or float in [-1, 1], to class probabilities and features.

    Images of another size than `spec.size` are resized to it, bilinear and antialiased. `name` tells one trained
    classifier from another.
    """

    name = "classifier"

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
        self.extract = _layers(spec.channels)
        self.judge = nn.Linear(FEATURES, spec.classes)

    @property
    def resize(self) -> str:
        """How images are brought to the size that it works at, in words."""
        return "×".join(map(str, self.spec.size)) + ", bilinear antialiased"

    def prepare(self, images: Tensor) -> Tensor:
        """Standardised float32 images of the size the network works at; raises GanworksError for no images."""
        require_images(images)
        if images.shape[1] != self.spec.channels:
            raise GanworksError(
                f"the images have {images.shape[1]} channels and the classifier was trained on {self.spec.channels}:"
                f" decode both to the same channels"
            )
        pixels = to_unit_range(images).float()
        if tuple(pixels.shape[2:]) != self.spec.size:
            pixels = functional.interpolate(pixels, self.spec.size, mode="bilinear", antialias=True)
        standard = (pixels - self.spec.mean) / self.spec.deviation
        return standard.contiguous(memory_format=torch.channels_last)

    def forward(self, standard: Tensor) -> Tensor:
        """Logits N×K of images that `prepare` made."""
        return cast(Tensor, self.judge(self.extract(standard)))

    @torch.no_grad()
    def features(self, images: Tensor) -> Tensor:
        """N×128 features ≥ 0, float32 on the CPU: what the last layer sees."""
        self.eval()
        place = self.judge.weight.device
        batches = torch.split(images, _BATCH)
        return torch.cat([cast(Tensor, self.extract(self.prepare(batch.to(place)))).cpu() for batch in batches])

    def probabilities(self, images: Tensor) -> Tensor:
        """N×K class probabilities, float32."""
        return self.classes_of(self.features(images))

    @torch.no_grad()
    def classes_of(self, features: Tensor) -> Tensor:
        """N×K class probabilities of images with these features, which saves describing them twice."""
        return cast(Tensor, self.judge(features.to(self.judge.weight.device))).softmax(1).cpu()


def working_size(height: int, width: int) -> tuple[int, int]:
    """The size a classifier works at: the images' own, the longer side at most 32, both even and ≥ 8."""
    scale = min(1.0, _LARGEST_SIDE / max(height, width))
    return _even(height * scale), _even(width * scale)


def _even(side: float) -> int:
    return max(_SMALLEST_SIDE, 2 * round(side / 2))


def spec_of(images: Tensor, classes: int) -> Spec:
    """The spec for uint8 training images N×C×H×W; pixel statistics over [-1, 1]."""
    counts = torch.bincount(images.flatten(), minlength=256).double()
    levels = torch.arange(256, dtype=torch.float64) / 127.5 - 1
    mean = float(counts @ levels / counts.sum())
    deviation = sqrt(float(counts @ (levels - mean).square() / counts.sum()))
    size = working_size(images.shape[2], images.shape[3])
    return Spec(images.shape[1], size, classes, mean, max(deviation, 1e-3))
