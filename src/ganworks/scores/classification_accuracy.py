"""Classification accuracy score: how well a classifier of generated images judges real ones."""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.extractors.classifier_network import Classifier
from ganworks.scores.extractors.classifier_training import train_classifier
from ganworks.scores.score import Evidence, Score, Values

Labelled = tuple[Tensor, Tensor]
"""uint8 images N×C×H×W and N integer labels."""


def classification_accuracy(
    train: Labelled, test: Labelled, classes: int, mirror: bool = False, seed: int = 0
) -> float:
    """The share of `test` that a classifier trained on `train` alone gets right, in [0, 1].

    Trained on generated and tested on real images this is the classification accuracy score of Ravuri & Vinyals 2019
    (arXiv:1905.10887), GAN-train of Shmelkov et al. 2018 (arXiv:1807.09499); the other way round GAN-test. Its ceiling
    is a `train` of as many real images. Raises GanworksError for what cannot be trained on or labels that do not fit.
    """
    images, labels = test
    if not len(images) or labels.shape != (len(images),) or labels.is_floating_point():
        raise GanworksError(f"test labels have shape {tuple(labels.shape)}: one integer for each of {len(images)}")
    if int(labels.min()) < 0 or int(labels.max()) >= classes:
        raise GanworksError(
            f"test labels reach from {int(labels.min())} to {int(labels.max())}: 0 to {classes - 1} expected"
        )
    return accuracy(train_classifier(*train, classes, mirror, seed), images, labels)


def accuracy(classifier: Classifier, images: Tensor, labels: Tensor) -> float:
    """The share of N images whose most probable class is their label."""
    return float((classifier.probabilities(images).argmax(1) == labels).double().mean())


def _compute(generated: Evidence, real: Evidence) -> Values:
    if generated.labels is None or real.labels is None:
        whose = "generated" if generated.labels is None else "real"
        raise GanworksError(
            f"the {whose} samples have no labels: classification accuracy needs a conditional generator"
        )
    labels = _among_real(generated.labels, generated.classes, real.classes)
    classes = max(len(real.classes), int(torch.cat([labels, real.labels]).max()) + 1)
    train, test = (generated.samples, labels), (real.samples, real.labels)
    return {"classification_accuracy": classification_accuracy(train, test, classes)}


def _errors(values: Values, generated: Evidence, real: Evidence) -> Values:
    """Of a share of the test images (binomial): what another training would change is not in it."""
    return {name: sqrt(share * (1 - share) / len(real)) for name, share in values.items()}


def _among_real(labels: Tensor, names: tuple[str, ...], real: tuple[str, ...]) -> Tensor:
    """The labels as indices into the real names: a folder that lacks a class counts its own ones otherwise.

    Arrays name a class by its number, which stands for the real class of that number where those have words.
    """
    if not names or not real:
        return labels
    numbers = () if any(name.isdigit() for name in real) else map(str, range(len(real)))
    place = {name: index for index, name in [*enumerate(numbers), *enumerate(real)]}
    if strange := [name for name in names if name not in place]:
        raise GanworksError(
            f"the generated images have a class {strange[0]!r}, which none of the {len(real)} real classes is:"
            " give both the same class names"
        )
    return torch.tensor([place[name] for name in names])[labels]


score = Score(
    summary="accuracy on real images, of the other split where there is one, of a classifier trained on generated ones",
    paper="Ravuri & Vinyals 2019, arXiv:1905.10887",
    better={"classification_accuracy": "higher"},
    compute=_compute,
    needs=("unseen",),
    errors=_errors,
    version=2,
)
