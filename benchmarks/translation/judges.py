"""Networks that judge images, none of them known to any game."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

from ganworks.data.batches import to_uint8
from ganworks.scores.extractors import efficientnet_lite0
from ganworks.scores.extractors.classifier_network import Classifier
from ganworks.scores.extractors.classifier_training import classifier_for
from ganworks.scores.extractors.network import ClassExtractor
from ganworks.scores.lpips import LPIPS, lpips, published_lpips


@cache
def perceptual() -> LPIPS:
    return published_lpips("alexnet", progress=False)


@cache
def describer() -> ClassExtractor:
    return efficientnet_lite0.extractor()


def distance(made: Tensor, truth: Tensor) -> float:
    """The mean LPIPS (AlexNet) of N pairs N×1|3×H×W in [-1, 1]."""
    return float(lpips(made, truth, perceptual()).mean())


def likeness(made: Tensor, candidates: Tensor) -> Tensor:
    """N×M, how much each of N images looks like each of M candidates.

    The cosine of features of EfficientNet-Lite0, of each set around its own mean, so that what all images of a set have
    in common does not count.
    """
    described = [describer().features(images).double() for images in (made, candidates)]
    ours, theirs = (torch.nn.functional.normalize(features - features.mean(0)) for features in described)
    return ours @ theirs.T


def nearest(made: Tensor, candidates: Tensor) -> Tensor:
    """For each of N images the row of the candidate at the least LPIPS."""
    rows = [
        lpips(image.expand(len(candidates), -1, -1, -1), candidates, perceptual()).argmin() for image in made.split(1)
    ]
    return torch.stack(rows)


def share(verdicts: Tensor) -> float:
    """How many of N booleans hold, in percent."""
    return 100 * float(verdicts.double().mean())


def classifier(classes: Sequence[Tensor]) -> Classifier:
    """The toolkit's classifier of some classes of images N×C×H×W in [-1, 1], trained on them once."""
    labels = torch.cat([torch.full((len(images),), label) for label, images in enumerate(classes)])
    return classifier_for(to_uint8(torch.cat(list(classes))), labels, len(classes), mirror=True)
