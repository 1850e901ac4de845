"""What a score is when nothing is generated: real against real, the floor, and real against real without its
structure, the ceiling; the scale on which the score of a generator is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from ganworks.data.cache import built_once, cache_folder
from ganworks.data.content import digest_of
from ganworks.data.samples import DatasetSamples, Samples
from ganworks.scores.evaluation.describing import (
    COMPUTED,
    describe,
    described,
    features_of,
    part,
    resizing,
    shuffled,
)
from ganworks.scores.evaluation.kinds import kind_of
from ganworks.scores.evaluation.room import room_digest
from ganworks.scores.score import Evidence, Extractor, Score, Values
from ganworks.scores.training_set import LEAST, MOST_UNSEEN, TrainingSet

MOST_LEARNT = 100_000
"""Real samples among which copies are looked for."""


@dataclass(frozen=True)
class Baseline:
    """The values of a score without a generator."""

    floor: Values
    ceiling: Values


class Real:
    """The real side of a comparison: `count` samples to score against, and as many others to score without a generator.

    Args:
        samples: where they come from.
        other: its other split, or None: then the others are what is left of `samples`, or one half is set against the
            other where less than twice `count` samples are there.
        count: how many are scored against.
        extractor: what describes them.
        progress: show a bar.
    """

    def __init__(
        self,
        samples: Samples | DatasetSamples,
        other: Samples | DatasetSamples | None,
        count: int,
        extractor: Extractor,
        progress: bool = False,
    ) -> None:
        self.samples, self.other, self.count, self.extractor, self.progress = samples, other, count, extractor, progress
        self.order = shuffled(len(samples), "evaluate/real")
        self.kind = kind_of(samples.spec)
        self.size = min(count, len(other) if other is not None else len(samples) // 2)

    @property
    def about(self) -> str:
        """How the floor is taken, in words."""
        if self.other is not None:
            return f"real against real of the other split ({self.other.name})"
        return f"two disjoint parts of the real {self.kind.plural}"

    @cached_property
    def pool(self) -> Evidence:
        """All real samples that are looked at, those to score against first."""
        needed = self.count if self.other is not None else max(self.count, 2 * self.size)
        return described(self.samples, self.order[:needed], self.extractor, self.progress)

    @cached_property
    def evidence(self) -> Evidence:
        """The samples to score against."""
        return part(self.pool, torch.arange(self.count))

    @cached_property
    def reference(self) -> Evidence:
        """Those of them that the baselines are scored against."""
        return part(self.pool, torch.arange(self.size))

    @cached_property
    def unseen(self) -> Evidence:
        """As many others."""
        if self.other is not None:
            rows = shuffled(len(self.other), "evaluate/other")[: self.size]
            return described(self.other, rows, self.extractor, self.progress)
        return part(self.pool, torch.arange(self.size, 2 * self.size))

    @cached_property
    def noise(self) -> Evidence:
        """The others without their structure."""
        others = self.unseen
        return describe(
            self.kind.scrambled(others.samples), others.labels, self.extractor, "noise", self.progress, others.classes
        )

    @cached_property
    def learnt(self) -> Tensor:
        """The features of all real samples that a generator may have copied, those to score against first."""
        return features_of(self.samples, self.order[:MOST_LEARNT], self.extractor, self.progress)

    @cached_property
    def held_out(self) -> Tensor | None:
        """The features of the other split, in the order of `unseen`; None where there are too few."""
        if self.other is None or len(self.other) < 2 * LEAST:
            return None
        rows = shuffled(len(self.other), "evaluate/other")[:MOST_UNSEEN]
        return features_of(self.other, rows, self.extractor, self.progress)

    @cached_property
    def training(self) -> TrainingSet:
        """What generated samples may be copies of."""
        return TrainingSet(self.learnt, self.held_out)

    def surely_no_copies(self) -> Evidence:
        """Others as if they were generated: they are taken from the training samples, or half of the held-out ones."""
        if self.held_out is None:
            others = part(self.unseen, torch.arange(self.size))
            others.training = TrainingSet(torch.cat([self.learnt[: self.size], self.learnt[2 * self.size :]]))
        else:
            half = min(self.size, len(self.held_out) // 2)
            others = part(self.unseen, torch.arange(half))
            others.training = TrainingSet(self.learnt, self.held_out[half:])
        return others

    def facing(self, score: Score) -> Evidence:
        """What a score compares generated samples with: those of the other split where nothing else may have learnt."""
        return self.unseen if "unseen" in score.needs and self.other is not None else self.evidence

    def without_generator(self, score: Score) -> tuple[tuple[Evidence, Evidence], tuple[Evidence, Evidence]]:
        """What stands for generated samples, and faces them, in the floor and in the ceiling of a score."""
        if "unseen" in score.needs:
            return (self.reference, self.unseen), (self.noise, self.reference)
        if "training set" not in score.needs:
            return (self.unseen, self.reference), (self.noise, self.reference)
        noise = part(self.noise, torch.arange(self.size))
        noise.training = self.training
        return (self.surely_no_copies(), self.reference), (noise, self.reference)

    def prepare(self, scores: Mapping[str, Score]) -> None:
        """Describe now, with a bar, what scores will look at; for baselines unless all of them are in the cache."""
        if any("training set" in score.needs for score in scores.values()):
            _ = self.learnt, self.held_out
        if not all(_values(self.folder(name)) for name in scores):
            _ = self.unseen, self.noise

    def baseline(self, name: str, score: Score) -> Baseline:
        """The floor and ceiling of a score, from the cache if nothing that they depend on has changed."""

        def taken() -> list[Values]:
            return [score.compute(*pair) for pair in self.without_generator(score)]

        def build(empty: Path) -> None:
            (empty / "values.json").write_text(json.dumps(taken()), encoding="utf-8")

        folder = self.folder(name)
        if folder is None:
            return Baseline(*taken())
        return Baseline(*_values(built_once(folder, build, lambda kept: bool(_values(kept)))))

    def folder(self, name: str) -> Path | None:
        """Where the baseline of a score is kept; None for a torch Dataset, whose content is not known."""
        if isinstance(self.samples, DatasetSamples) or isinstance(self.other, DatasetSamples):
            return None
        other = None if self.other is None else self.other.digest
        facts = self.samples.digest, other, self.extractor.name, resizing(self.extractor), self.fingerprint
        return cache_folder() / "baselines" / digest_of("baseline", *facts, self.size, name, room_digest())[:40]

    @cached_property
    def fingerprint(self) -> str:
        """Of all that the extractor says of the real samples, as the cache keeps it: another when its weights are."""
        hashed = hashlib.sha256()
        for name in sorted(vars(self.reference).keys() & COMPUTED):
            hashed.update(vars(self.reference)[name].double().contiguous().numpy())
        return hashed.hexdigest()


def _values(folder: Path | None) -> list[Values]:
    """What is kept of a baseline; nothing where it is missing or damaged."""
    if folder is None:
        return []
    try:
        values: list[Values] = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return values if len(values) == 2 else []
