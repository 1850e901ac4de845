"""Scores that are quick to take again and again: of a training as it goes, of a demo before and after."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ganworks.data.samples import DatasetSamples, Samples
from ganworks.games.game import Game
from ganworks.games.generation import generate
from ganworks.scores import frechet, histogram, kid, mixture_modes
from ganworks.scores.evaluation.choice import default_extractor
from ganworks.scores.evaluation.describing import describe, described, resizing, shuffled
from ganworks.scores.evaluation.kinds import kind_of
from ganworks.scores.evaluation.protocol import Protocol
from ganworks.scores.extractors import extractor as find_extractor
from ganworks.scores.extractors.classifier_network import Classifier
from ganworks.scores.frechet import FeatureStatistics
from ganworks.scores.score import Evidence, Values

_SCORES = (frechet.score, kid.score, histogram.score, mixture_modes.score)
_VERSIONS = {name: score.version for score in _SCORES for name in score.better}


class Judge:
    """The Fréchet distance to real images, or the kernel distance where samples are too few to fill the dimensions of
    the features; where a classifier of the real images is the extractor, what it says of their classes; where the modes
    are known, what is found of them, which ranks first: no distance of moments sees modes that are missing evenly.

    Args:
        samples: the real ones, of which as many are taken as are scored; all of them where they are fewer.
        count: how many samples are scored.
        split: part of its source that `samples` is.
        device: where the extractor computes.
        progress: show a bar.

    Raises GanworksError for an extractor that cannot be had.
    """

    def __init__(
        self,
        samples: Samples | DatasetSamples,
        count: int,
        split: str = "train",
        device: torch.device | str = "cpu",
        progress: bool = False,
    ) -> None:
        real = samples if isinstance(samples, Samples) else None
        network = find_extractor(default_extractor(samples), real, device=device)
        rows = shuffled(len(samples), "evaluate/real")[:count]
        self.count, self.extractor, self.kind = count, network, kind_of(samples.spec)
        self.real = described(samples, rows, network, progress)
        fewest, dimensions = min(count, len(rows)), self.real.features.shape[1]
        self.statistics = FeatureStatistics.of(self.real.features) if fewest > dimensions else None
        self.note: str | None = None
        if self.statistics is None:
            self.note = f"scored by kid: {fewest} samples do not fill the {dimensions} dimensions of a Fréchet distance"
        self.protocol = Protocol(network.name, resizing(network), samples.name, samples.digest, split, count, len(rows))

    def of_game(self, game: Game, seed: int) -> Values:
        """The scores of the samples of `seed` of a game in eval mode."""
        return self.of_samples(self.kind.stored(generate(game, self.count, seed)))

    def of_samples(self, samples: Tensor) -> Values:
        """The scores of images uint8 N×C×H×W, or points N×D."""
        return self.of(describe(samples, None, self.extractor))

    def of(self, evidence: Evidence) -> Values:
        """The scores of what the extractor has described."""
        if self.statistics is None:
            values = kid.score.compute(evidence, self.real)
        else:
            values = {"frechet": FeatureStatistics.of(evidence.features).distance(self.statistics)}
        if isinstance(self.extractor, Classifier):
            values |= histogram.score.compute(evidence, self.real)
        if self.real.mixture is not None and len(evidence) >= len(self.real.mixture.modes):
            values |= mixture_modes.score.compute(evidence, self.real)
        return values

    def line(self, step: int, seed: int, values: Values, by: str) -> dict[str, Any]:
        """What `ganworks.scores.evaluation.history` keeps of the scores of `seed` at a step, and who took them."""
        told = {"versions": {name: _VERSIONS[name] for name in values}, "protocol": self.protocol.to_dict()}
        return {"step": step, "seed": seed, "by": by, **values, **told}
