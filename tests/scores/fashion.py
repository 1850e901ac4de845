"""The embedded images of clothes as features and class probabilities that need no network, and ways to spoil them."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ganworks.config import DataSettings
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples


@cache
def clothes() -> tuple[Tensor, Tensor]:
    """4000 images N×1×28×28 in [0, 1] and their labels."""
    samples = open_samples(DataSettings(source="fashion-10k"))
    assert isinstance(samples, Samples) and samples.labels is not None
    images = torch.from_numpy(np.array(samples.values[:4000])).float() / 255
    return images.reshape(-1, 1, 28, 28), torch.from_numpy(np.array(samples.labels[:4000])).long()


def features(images: Tensor) -> Tensor:
    """N×49: the images at 7×7, and nothing that training could change."""
    return functional.avg_pool2d(images, 4).flatten(1)


def probabilities(images: Tensor) -> Tensor:
    """N×10, by the distance to the mean image of each class."""
    known, labels = clothes()
    means = torch.stack([features(known)[labels == label].mean(0) for label in range(10)])
    return (-4 * torch.cdist(features(images), means).square()).double().softmax(1)


def noisy(images: Tensor, level: float) -> Tensor:
    """Gaussian noise of this deviation on every pixel."""
    return images + level * torch.randn(images.shape, generator=torch.Generator().manual_seed(3))


def blurred(images: Tensor, radius: int) -> Tensor:
    """Each pixel the mean of the (2·radius + 1)² around it."""
    return functional.avg_pool2d(images, 2 * radius + 1, 1, radius)


def without(labels: Tensor, dropped: int) -> Tensor:
    """The indices of images of all but the first `dropped` classes."""
    return (labels >= dropped).nonzero().flatten()
