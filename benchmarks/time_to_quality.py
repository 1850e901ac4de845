"""Two minutes of training each: the default recipe against the plain example loop on Fashion-MNIST at 32×32."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from statistics import mean
from typing import Any

import torch
from torch import Tensor

from benchmarks.plain_loop import PlainLoop
from benchmarks.report import cell, print_table
from ganworks.config import DataSettings
from ganworks.data.batches import Batch, batches, to_unit_range
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.games.generation import generate
from ganworks.launch import fresh_game
from ganworks.networks.evaluating import evaluating
from ganworks.recipes import DEFAULT, configure
from ganworks.scores.extractors.classifier_training import classifier_for
from ganworks.scores.frechet import FeatureStatistics
from ganworks.training.hardware import available_cores, resolve
from ganworks.training.trainer import Trainer

RATES = (2e-4, 5e-4, 1e-3)
SEEDS = (0, 1, 2)
SCORED = 10_000
Player = tuple[Callable[[], int], Callable[[], Tensor]]
"""A step that says how many images it saw, and a way to sample."""


class Judge:
    """The classifier of the real training set: Fréchet distance on its features, and the class histogram."""

    def __init__(self, samples: Samples) -> None:
        images, labels = torch.from_numpy(samples.values.copy()), torch.from_numpy(samples.labels)
        self.classifier = classifier_for(images, labels, len(samples.spec.classes), mirror=True)
        self.real = FeatureStatistics.of(self.classifier.features(images[:SCORED]))
        self.histogram = self.classifier.probabilities(images[:SCORED]).argmax(1).bincount(minlength=10) / SCORED

    def score(self, images: Tensor) -> dict[str, float]:
        images = images.clamp(-1, 1)
        histogram = self.classifier.probabilities(images).argmax(1).bincount(minlength=10) / len(images)
        return {
            "frechet": FeatureStatistics.of(self.classifier.features(images)).distance(self.real),
            "total_variation": float((histogram - self.histogram).abs().sum() / 2),
        }


def default_player(samples: Samples, seed: int, tree: dict[str, Any]) -> Player:
    """The default recipe, sampled from its average."""
    configuration = configure(DEFAULT, {"training": {"seed": seed}}, tree)
    settings = resolve(configuration.training, of_images=True)

    def stream(start: int) -> Iterator[Batch]:
        return batches(samples, settings.batch_size, seed, start=start)

    trainer = Trainer(fresh_game(configuration, samples.spec), settings, stream)

    def step() -> int:
        trainer.step()
        return settings.batch_size

    def sample() -> Tensor:
        trainer.average.refresh(trainer.game, seed)
        with trainer.average.in_place_of(trainer.game) as game, evaluating(game):
            return generate(game, SCORED, seed=1)

    return step, sample


def plain_player(samples: Samples, seed: int, rate: float, width: int, batch: int = 64) -> Player:
    """The example loop at one learning rate."""
    loop = PlainLoop(samples.spec.shape[1], samples.spec.shape[0], rate, width, seed)
    stream = batches(samples, batch, seed)

    def step() -> int:
        loop.step(to_unit_range(next(stream).values))
        return batch

    return step, lambda: loop.sample(SCORED)


def race(player: Player, judge: Judge, seconds: float, every: int) -> dict[str, Any]:
    """Train for `seconds` of wall clock, scoring (off the clock) every `every` images and at the end."""
    step, sample = player
    seen, clock, curve = 0, 0.0, []
    while clock < seconds:
        began = time.perf_counter()
        seen += step()
        clock += time.perf_counter() - began
        if seen // every > len(curve):
            curve.append({"images": seen, "seconds": clock, **judge.score(sample())})
    return {"images": seen, "seconds": clock, "curve": curve, **judge.score(sample())}


def at(result: dict[str, Any], images: int) -> float:
    """The Fréchet distance at (the last scoring before) an image count."""
    reached = [point["frechet"] for point in result["curve"] if point["images"] <= images * 1.01]
    return float(reached[-1]) if reached else float("nan")


def measure(
    seconds: float,
    seeds: tuple[int, ...],
    rates: tuple[float, ...],
    source: str,
    tree: dict[str, Any],
    width: int,
    every: int,
) -> dict[str, list[dict[str, Any]]]:
    """Results of each contestant, one per seed."""
    torch.set_num_threads(available_cores())
    samples = open_samples(DataSettings(source=source, resolution=32), progress=True)
    assert isinstance(samples, Samples)
    judge = Judge(samples)
    results: dict[str, list[dict[str, Any]]] = {}
    for seed in seeds:
        contestants: dict[str, Callable[[int], Player]] = {
            f"plain loop, lr {rate:g}": lambda seed, rate=rate: plain_player(samples, seed, rate, width)  # type: ignore[misc]
            for rate in rates
        }
        contestants[f"ganworks {DEFAULT}"] = lambda seed: default_player(samples, seed, tree)
        for name, make in contestants.items():
            key = f"{source}-{seconds:g}s-{width}-{name.replace(' ', '-')}-{seed}"
            outcome = cell("time_to_quality", key, lambda: race(make(seed), judge, seconds, every))  # noqa: B023
            results.setdefault(name, []).append(outcome)
    return results


def rows_of(results: dict[str, list[dict[str, Any]]]) -> list[tuple[object, ...]]:
    """One row a contestant, and the ratio of ours to the best plain loop."""
    equal = min(run["images"] for runs in results.values() for run in runs)
    rows: list[tuple[object, ...]] = []
    for name, runs in results.items():
        frechet = [run["frechet"] for run in runs]
        shift = max(run["total_variation"] for run in runs)
        images = mean(run["images"] for run in runs)
        spread = " / ".join(f"{value:.2f}" for value in frechet)
        rows.append((name, f"{images:.0f}", mean(frechet), spread, shift, mean(at(run, equal) for run in runs)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    options = parser.parse_args()
    results = measure(options.seconds, SEEDS, RATES, "fashion-mnist", {}, width=64, every=16_000)
    rows = rows_of(results)
    best = min(float(str(row[2])) for row in rows if str(row[0]).startswith("plain"))
    ours = float(str(rows[-1][2]))
    print_table(
        f"Quality after {options.seconds:g} s, Fashion-MNIST 32×32",
        ["contestant", "images seen", "Fréchet", "by seed", "worst class TV", "Fréchet at equal images"],
        rows,
        f"Fréchet distance on the classifier's features, {SCORED} samples;"
        f" ours is {ours / best:.2f} of the best plain loop's.",
    )


if __name__ == "__main__":
    main()
