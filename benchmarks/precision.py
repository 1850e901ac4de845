"""Whether trainings in bf16, and compiled ones, end as good as those in eager fp32, seed by seed."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import ganworks
from benchmarks.report import cell, print_table
from ganworks.config import DataSettings
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.recipes import DEFAULT
from ganworks.scores.evaluation.judge import Judge

WAYS = {
    "fp32": {"precision": "fp32", "compile": "off"},
    "fp32, compiled": {"precision": "fp32", "compile": "on"},
    "bf16": {"precision": "bf16", "compile": "off"},
    "bf16, compiled": {"precision": "bf16", "compile": "on"},
}
REFERENCE = "fp32"
SAMPLES = 10_000


def frechet_of(
    judge: Judge, way: dict[str, str], source: str, seed: int, steps: int, settings: dict[str, Any]
) -> float:
    """The Fréchet distance that one training ends with."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        run = ganworks.train(DEFAULT, source, out=out, seed=seed, steps=steps, settings=settings, progress=True, **way)
        return judge.of_game(run.game, seed=1)["frechet"]


def measure(
    source: str, seeds: range, steps: int, settings: dict[str, Any], ways: dict[str, dict[str, str]]
) -> dict[str, list[float]]:
    """Fréchet distances by way of computing, one per seed."""
    samples = open_samples(DataSettings(source=source))
    assert isinstance(samples, Samples)
    judge = Judge(samples, SAMPLES)
    return {
        name: [
            cell(
                "precision",
                f"{source}-{steps}-{name.replace(', ', '-')}-{seed}",
                lambda way=way, seed=seed: {"frechet": frechet_of(judge, way, source, seed, steps, settings)},  # type: ignore[misc]
            )["frechet"]
            for seed in seeds
        ]
        for name, way in ways.items()
    }


def rows_of(scores: dict[str, list[float]]) -> list[tuple[object, ...]]:
    """Mean, spread over seeds, and how far the mean lies from the reference's, in its spread."""
    reference = scores[REFERENCE]
    return [
        (
            name,
            mean(values),
            stdev(values),
            " / ".join(f"{value:.2f}" for value in values),
            f"{(mean(values) - mean(reference)) / stdev(reference):+.2f}",
        )
        for name, values in scores.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--seeds", type=int, default=4)
    options = parser.parse_args()
    players = {"game.generator.width": 32, "game.discriminator.width": 32}
    scores = measure("fashion-10k", range(options.seeds), options.steps, players, WAYS)
    print_table(
        f"Quality by precision, {DEFAULT} on fashion-10k, width 32, {options.steps} steps",
        ["computed in", "Fréchet", "seed spread", "by seed", "off fp32, in its spreads"],
        rows_of(scores),
        "Spread: standard deviation over seeds. Within one spread of fp32 a way of computing changes nothing that"
        " another seed would not.",
    )


if __name__ == "__main__":
    main()
