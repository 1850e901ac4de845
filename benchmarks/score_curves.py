"""What the scores say of real images: by how many there are, and when they are spoiled in ways that are known."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.report import print_table
from ganworks.config import DataSettings
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.errors import GanworksError
from ganworks.randomness import generator
from ganworks.scores.evaluation.describing import part
from ganworks.scores.evaluation.uncertainty import Errors, standard_errors
from ganworks.scores.extractors.classifier_training import classifier_for
from ganworks.scores.score import Evidence, Score, Values

NAMES = (
    "frechet",
    "kid",
    "precision_recall",
    "density_coverage",
    "inception_score",
    "mode_score",
    "ndb",
    "memorisation",
)
SCORES: list[Score] = [import_module(f"ganworks.scores.{name}").score for name in NAMES]
VALUES = [name for score in SCORES for name in score.better]
TOLD = (
    "frechet",
    "kid",
    "precision_recall",
    "density_coverage",
    "prd",
    "inception_score",
    "mode_score",
    "histogram",
)
COUNTS = (250, 1000)
Row = tuple[object, ...]
Pair = tuple[Evidence, Evidence]


class Halves:
    """A labelled source in two halves, one to score against, in an order that no class shows in."""

    def __init__(self, source: str) -> None:
        samples = open_samples(DataSettings(source=source))
        assert isinstance(samples, Samples) and samples.labels is not None
        order = torch.randperm(len(samples), generator=generator(0, "score curves"))
        images, labels = (torch.from_numpy(np.array(part)) for part in (samples.values, samples.labels))
        self.classifier = classifier_for(images, labels, len(samples.spec.classes))
        half = len(order) // 2
        self.real, self.others = ((images[rows], labels[rows]) for rows in (order[:half], order[half : 2 * half]))

    def evidence(self, images: Tensor) -> Evidence:
        return Evidence(images, None, self.classifier)


def values_of(pairs: Iterable[Pair]) -> list[object]:
    """The mean of every value over pairs of generated and real samples; "too few" where a score refuses them."""
    found: list[Values] = []
    for generated, real in pairs:
        found.append({})
        for score in SCORES:
            try:
                found[-1] |= score.compute(generated, real)
            except GanworksError:
                found[-1] |= dict.fromkeys(score.better, float("nan"))
    means = [float(np.mean([values[name] for values in found])) for name in VALUES]
    return ["too few" if np.isnan(mean) else mean for mean in means]


def by_count(halves: Halves, counts: Sequence[int], repeats: int = 4) -> list[Row]:
    """Real images against as many others, averaged over disjoint sets of them."""
    rows: list[Row] = []
    for count in counts:
        sets = [slice(start, start + count) for start in range(0, len(halves.real[0]) - count + 1, count)][:repeats]
        sides = halves.others[0], halves.real[0]
        pairs = [tuple(halves.evidence(side[where]) for side in sides) for where in sets]
        rows.append((count, *values_of(pairs)))  # type: ignore[arg-type]
    return rows


def by_damage(halves: Halves) -> list[Row]:
    """The other half, spoiled, against the first."""
    images, labels = halves.others
    real = halves.evidence(halves.real[0])
    draw = generator(0, "score curves damage")
    half = len(images) // 2

    def noisy(level: float) -> Tensor:
        return (images + 255 * level * torch.randn(images.shape, generator=draw)).clamp(0, 255).to(torch.uint8)

    def blurred(radius: int) -> Tensor:
        return functional.avg_pool2d(images.float(), 2 * radius + 1, 1, radius).round().to(torch.uint8)

    ways: dict[str, Callable[[], Tensor]] = {
        "as they are": lambda: images,
        "noise 0.1": lambda: noisy(0.1),
        "noise 0.3": lambda: noisy(0.3),
        "blur 3×3": lambda: blurred(1),
        "blur 7×7": lambda: blurred(3),
        "2 classes dropped": lambda: images[labels >= 2],
        "8 classes dropped": lambda: images[labels >= 8],
        "only 50 images, repeated": lambda: images[:50].repeat(len(images) // 50, 1, 1, 1),
        "10% copies of real ones": lambda: torch.cat([halves.real[0][: half // 5], images[half // 5 :]]),
        "all copies of real ones": lambda: halves.real[0][:half],
    }
    return [(name, *values_of([(halves.evidence(make()), real)])) for name, make in ways.items()]


def by_standard_error(
    halves: Halves, counts: Sequence[int], repeats: int = 60, told: int = 12, names: Sequence[str] = TOLD
) -> list[Row]:
    """The standard error that is stated over the spread of values on sets drawn anew: 1 is right.

    Real images, and noisy ones, against as many others, drawn from the halves without one twice in a set.
    """
    draw = generator(0, "score curves standard errors")
    real, others = halves.evidence(halves.real[0]), halves.evidence(halves.others[0])
    noise = 255 * 0.1 * torch.randn(halves.others[0].shape, generator=draw)
    noisy = halves.evidence((halves.others[0] + noise).clamp(0, 255).to(torch.uint8))
    for evidence in (real, others, noisy):
        _ = evidence.features, evidence.probabilities
    found: dict[str, list[object]] = {}
    for score in (import_module(f"ganworks.scores.{name}").score for name in names):
        for made in (others, noisy):
            for count in counts:
                values: list[Values] = []
                errors: list[Errors] = []
                for repeat in range(repeats):
                    pair = [part(side, torch.randperm(len(side), generator=draw)[:count]) for side in (made, real)]
                    values.append(score.compute(*pair))
                    if repeat < told:
                        errors.append(standard_errors(score, values[-1], *pair))
                for name in score.better:
                    # Sets of a tenth or more of a half have samples in common.
                    spread = float(np.std([one[name] for one in values], ddof=1)) / (1 - count / len(real)) ** 0.5
                    stated = float(np.mean([one[name] for one in errors]))
                    found.setdefault(name, []).append(
                        f"{stated:.2g} / {spread:.2g} = {stated / (spread or np.nan):.2f}"
                    )
    return [(name, *cells) for name, cells in found.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="fashion-10k")
    parser.add_argument("--counts", type=int, nargs="+", default=(100, 200, 500, 1000, 2000, 5000))
    options = parser.parse_args()
    halves = Halves(options.data)
    how = f"{options.data}, features and classes of the classifier; of one distribution, so every difference is chance."
    print_table("Real against as many other real images", ["images", *VALUES], by_count(halves, options.counts), how)
    print_table("Real images, spoiled", ["what", *VALUES], by_damage(halves), f"{len(halves.real[0])} real images.")
    columns = [f"{what}, {count:,}" for what in ("real", "noise 0.1") for count in COUNTS]
    print_table(
        "Standard errors beside the spread",
        ["value", *columns],
        by_standard_error(halves, COUNTS),
        f"{options.data}: the mean of 12 standard errors, the standard deviation over 60 pairs of sets, their ratio.",
    )


if __name__ == "__main__":
    main()
