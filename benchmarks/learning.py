"""What recipes learn on MNIST, judged by a classifier of the real digits: recurrent players, and asked-for labels."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

import ganworks
from benchmarks.report import cell, print_table
from ganworks.config import DataSettings
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.runs import Run
from ganworks.scores.extractors.classifier_network import Classifier
from ganworks.scores.extractors.classifier_training import classifier_for
from ganworks.scores.histogram import class_histogram, mean_top_confidence

SEEDS = (0, 1, 2)


def digits_classifier(source: str) -> Classifier:
    """A classifier of the real digits."""
    samples = open_samples(DataSettings(source=source), progress=True)
    assert isinstance(samples, Samples) and samples.labels is not None
    images, labels = torch.from_numpy(samples.values.copy()), torch.from_numpy(samples.labels)
    return classifier_for(images, labels, len(samples.spec.classes))


def shares(run: Run, classifier: Classifier, count: int = 10_000) -> dict[str, Any]:
    """The class histogram of `count` samples and how sure the classifier is of them."""
    probabilities = torch.cat([classifier.probabilities(batch.clamp(-1, 1)) for batch in run.batches(count)])
    return {
        "rarest": float(class_histogram(probabilities).min()),
        "histogram": class_histogram(probabilities).tolist(),
        "confidence": mean_top_confidence(probabilities),
    }


def agreement(run: Run, classifier: Classifier, per_label: int = 1000) -> dict[str, Any]:
    """The share of samples that the classifier calls what was asked for."""
    agreed = []
    for label in range(len(run.spec.classes)):
        verdicts = [
            classifier.probabilities(batch.clamp(-1, 1)).argmax(1) for batch in run.batches(per_label, label=label)
        ]
        agreed.append(float((torch.cat(verdicts) == label).float().mean()))
    return {"agreement": sum(agreed) / len(agreed), "worst": min(agreed)}


def trained(
    recipe: str, source: str, steps: int, seed: int, judge: Callable[[Run], dict[str, Any]], **short: Any
) -> dict[str, Any]:
    """Train in a temporary run and judge what comes of it."""
    with tempfile.TemporaryDirectory() as folder:
        run = ganworks.train(recipe, source, out=Path(folder) / "run", steps=steps, seed=seed, progress=True, **short)
        return judge(run)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lstm-steps", type=int, default=2500)
    parser.add_argument("--cgan-steps", type=int, default=1500)
    parser.add_argument("--only", choices=["lstm", "cgan"], help="one of the two")
    options = parser.parse_args()
    classifier = digits_classifier("mnist")
    rows: list[tuple[object, ...]] = []
    for seed in SEEDS if options.only != "cgan" else ():
        lstm = cell(
            "learning",
            f"lstm-{options.lstm_steps}-{seed}",
            lambda seed=seed: trained("lstm", "mnist", options.lstm_steps, seed, lambda run: shares(run, classifier)),  # type: ignore[misc]
        )
        found = sum(share >= 0.04 for share in lstm["histogram"])
        rows.append(("lstm", options.lstm_steps, seed, f"{found}/10 classes ≥ 4 %, rarest {lstm['rarest']:.1%}"))
    for seed in SEEDS if options.only != "lstm" else ():
        cgan = cell(
            "learning",
            f"cgan-{options.cgan_steps}-{seed}",
            lambda seed=seed: trained(
                "cgan", "mnist", options.cgan_steps, seed, lambda run: agreement(run, classifier)
            ),  # type: ignore[misc]
        )
        rows.append(
            ("cgan", options.cgan_steps, seed, f"agrees {cgan['agreement']:.1%}, worst label {cgan['worst']:.1%}")
        )
    print_table(
        "What recipes learn on MNIST", ["recipe", "steps", "seed", "result"], rows, "Marks: ≥ 4 % each; ≥ 90 %."
    )


if __name__ == "__main__":
    main()
