"""What generated images add to a few labelled real ones, beside what plain augmentation adds for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

import torch
from torch import Tensor
from torch.nn import functional

from ganworks.errors import GanworksError
from ganworks.randomness import generator
from ganworks.scores.classification_accuracy import Labelled, classification_accuracy

_SHIFT, _TURN, _NOISE = 0.1, pi / 18, 0.03


@dataclass(frozen=True)
class AugmentationGain:
    """Accuracies on real test images, one for each seed (float64), of classifiers that saw equally many images.

    Args:
        real: trained on the few real images alone, over and over.
        augmented: half on these, half on plain augmentations of them, each new.
        generated: half on these, half on generated images.
    """

    real: Tensor
    augmented: Tensor
    generated: Tensor

    @property
    def over_real(self) -> tuple[float, float]:
        """Mean gain of the generated images over the real ones alone, and its standard error over seeds."""
        return _paired(self.generated - self.real)

    @property
    def over_augmentation(self) -> tuple[float, float]:
        """Mean gain of the generated images over plain augmentation, the honest baseline, and its standard error."""
        return _paired(self.generated - self.augmented)


def augmentation_gain(
    generated: Labelled,
    real: Labelled,
    test: Labelled,
    classes: int,
    per_class: int,
    seeds: Sequence[int] = range(5),
    mirror: bool = False,
) -> AugmentationGain:
    """Train on `per_class` real images of each class, with and without more, and test on unseen real ones.

    A seed draws the few images and the classifier's weights, alike for the three. The classifier, its number of steps
    and its own shift by up to a pixel are the same for all; plain augmentation shifts by up to a tenth, turns by up to
    10°, adds noise and, with `mirror`, flips. The generator must have been trained on no more labels than these for
    the gain to be one. Raises GanworksError for sets that do not fit together, when a class has too few real images,
    and with fewer than two seeds, no two alike.
    """
    if len(set(seeds)) < max(2, len(seeds)):
        raise GanworksError("a gain from one seed has no standard error: give at least 2 seeds, no two alike")
    for name, (images, labels) in (("generated", generated), ("real", real), ("test", test)):
        if not len(images) or len(images) != len(labels) or images.shape[1:] != real[0].shape[1:]:
            raise GanworksError(
                f"{len(images)} {name} images of {tuple(images.shape[1:])} with {len(labels)} labels: one or more, each"
                f" with its label, of the shape of the real ones, {tuple(real[0].shape[1:])}, are needed"
            )
    accuracies = []
    for seed in seeds:
        few = few_of_each(real, classes, per_class, seed)
        half = max(len(generated[0]), len(few[0]))
        repeated = repeated_to(few, half)
        halves = (repeated, plainly_augmented(repeated, seed, mirror), repeated_to(generated, half))
        sets = [together(repeated, other) for other in halves]
        accuracies.append([classification_accuracy(train, test, classes, mirror, seed) for train in sets])
    return AugmentationGain(*torch.tensor(accuracies, dtype=torch.float64).T)


def plainly_augmented(images: Labelled, seed: int, mirror: bool = False) -> Labelled:
    """Each uint8 image shifted, turned, noisy and perhaps flipped, its edge repeated; the labels stay."""
    pixels, labels = images
    count, draw = len(pixels), generator(seed, "plain augmentation")
    turn = _TURN * (2 * torch.rand(count, generator=draw) - 1)
    # affine_grid counts from -1 to 1, so a tenth of the side is 0.2.
    shift = 2 * _SHIFT * (2 * torch.rand(count, 2, generator=draw) - 1)
    flip = torch.where(torch.rand(count, generator=draw) < 0.5, -1.0, 1.0) if mirror else torch.ones(count)
    cosine, sine = turn.cos(), turn.sin()
    rows = [torch.stack([cosine * flip, -sine, shift[:, 0]], 1), torch.stack([sine * flip, cosine, shift[:, 1]], 1)]
    places = functional.affine_grid(torch.stack(rows, 1), list(pixels.shape), align_corners=False)
    moved = functional.grid_sample(pixels.float(), places, padding_mode="border", align_corners=False)
    noise = 255 * _NOISE * torch.randn(moved.shape, generator=draw)
    return (moved + noise).round().clamp(0, 255).to(torch.uint8), labels


def few_of_each(real: Labelled, classes: int, per_class: int, seed: int) -> Labelled:
    """`per_class` images of each class, in random order."""
    images, labels = real
    order = torch.randperm(len(labels), generator=generator(seed, "few labels"))
    chosen = []
    for label in range(classes):
        own = order[labels[order] == label][:per_class]
        if len(own) < per_class or per_class < 1:
            raise GanworksError(
                f"class {label} has {len(own)} real images where {per_class} (at least 1) are asked for"
            )
        chosen.append(own)
    mixed = torch.stack(chosen, 1).flatten()
    return images[mixed], labels[mixed]


def repeated_to(images: Labelled, count: int) -> Labelled:
    """`count` images: all of them over and over."""
    again = torch.arange(count) % len(images[0])
    return images[0][again], images[1][again]


def together(first: Labelled, second: Labelled) -> Labelled:
    """Both sets as one."""
    return torch.cat([first[0], second[0]]), torch.cat([first[1], second[1]])


def _paired(differences: Tensor) -> tuple[float, float]:
    return float(differences.mean()), float(differences.std()) / sqrt(len(differences))
