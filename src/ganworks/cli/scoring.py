"""How good a generator is, by a classifier trained on the real images; kept in the run with how it was measured."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from ganworks.data.samples import Samples
from ganworks.errors import GanworksError
from ganworks.games.game import Game
from ganworks.games.generation import generate
from ganworks.scores.classifier import Classifier
from ganworks.scores.classifier_training import PROTOCOL, classifier_for
from ganworks.scores.frechet import FeatureStatistics
from ganworks.scores.histogram import class_histogram, mean_top_confidence, rarest_share

if TYPE_CHECKING:
    from ganworks.record.run_directory import RunDirectory


@dataclass(frozen=True)
class Scores:
    """Fréchet distance on the classifier's features, share of the rarest class, mean top confidence."""

    frechet: float
    rarest: float
    confidence: float


class Judge:
    """A classifier of labelled images, from the cache or trained now, and the features of these images."""

    def __init__(self, samples: Samples) -> None:
        if samples.labels is None:
            raise GanworksError(f"{samples.name} has no labels, so no classifier can be trained to score with")
        self.name = samples.name
        images = torch.from_numpy(np.array(samples.values))
        labels = torch.from_numpy(np.array(samples.labels))
        self.classifier: Classifier = classifier_for(images, labels, len(samples.spec.classes))
        features = self.classifier.features(images)
        self.real = FeatureStatistics.of(features)
        self.of_real = self.judged(features)

    def scores(self, game: Game, count: int, seed: int) -> Scores:
        """The scores of `count` samples of a game that is in eval mode."""
        return self.judged(self.classifier.features(generate(game, count, seed)))

    @torch.no_grad()
    def judged(self, features: Tensor) -> Scores:
        """The scores of images with these features."""
        probabilities = self.classifier.judge(features).softmax(1)
        return Scores(
            FeatureStatistics.of(features).distance(self.real),
            rarest_share(class_histogram(probabilities)),
            mean_top_confidence(probabilities),
        )

    def note(self, run: RunDirectory, step: int, scores: Scores, count: int, seed: int) -> None:
        """Append the scores to the run's `scores.jsonl`, with how they were measured."""
        how = {"extractor": f"classifier {PROTOCOL}", "reference": self.name, "samples": count, "seed": seed}
        with (run.path / "scores.jsonl").open("a", encoding="utf8") as file:
            file.write(json.dumps({"step": step, **asdict(scores), **how}) + "\n")
