"""The classifier of the real images themselves, trained once per content: 128 features and their own classes."""

from __future__ import annotations

import numpy as np
import torch

from ganworks.data.samples import Samples
from ganworks.errors import GanworksError
from ganworks.scores.extractors.classifier_network import Classifier
from ganworks.scores.extractors.classifier_training import classifier_for


def extractor(real: Samples | None) -> Classifier:
    """The classifier of `real`, from the cache or trained now; its name tells protocol and content.

    Raises GanworksError for images without labels.
    """
    if real is None or real.labels is None:
        what = "no real images were given" if real is None else f"{real.name} has no labels"
        raise GanworksError(f"a classifier learns from labelled images and {what}: use efficientnet-lite0 instead")
    images, labels = (torch.from_numpy(np.array(values)) for values in (real.values, real.labels))
    return classifier_for(images, labels, len(real.spec.classes))
