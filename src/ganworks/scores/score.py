"""What a score is: a comparison of generated with real samples, by name, found in a module of this room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

from torch import Tensor

from ganworks.data.mixture import Mixture
from ganworks.errors import GanworksError
from ganworks.scores.training_set import TrainingSet


class Extractor(Protocol):
    """What describes samples; its name tells weights and version, since scores of two are not comparable."""

    name: str

    def features(self, images: Tensor) -> Tensor:
        """N×D float features of images N×C×H×W, uint8 or floats in [-1, 1]; or of points N×D."""
        ...


class Evidence:
    """One set of samples; what an extractor has to compute of it is computed once, when it is first asked for.

    Args:
        samples: images N×C×H×W uint8, or points N×D.
        labels: N class indices, or None.
        extractor: what describes the samples.
        classes: names of the classes in the order of their indices; empty where they have none.
        mixture: what the samples were drawn from, where that is known exactly.
        training: what they may be copies of, where that was asked for.
    """

    def __init__(
        self,
        samples: Tensor,
        labels: Tensor | None,
        extractor: Extractor,
        classes: tuple[str, ...] = (),
        mixture: Mixture | None = None,
        training: TrainingSet | None = None,
    ) -> None:
        self.samples, self.labels, self.extractor, self.classes = samples, labels, extractor, classes
        self.mixture, self.training = mixture, training

    @cached_property
    def features(self) -> Tensor:
        """N×D float features."""
        return self.extractor.features(self.samples)

    @cached_property
    def probabilities(self) -> Tensor:
        """N×K class probabilities; raises GanworksError where the extractor knows no classes."""
        classify = getattr(self.extractor, "probabilities", None)
        if classify is None:
            raise GanworksError(f"{self.extractor.name} gives no class probabilities: use --extractor classifier")
        probabilities: Tensor = classify(self.samples)
        return probabilities

    @cached_property
    def to_training(self) -> Tensor:
        """N×2 distances to the two nearest training samples."""
        if self.training is None:
            raise GanworksError("no training set was given: there is nothing that samples could be copies of")
        return self.training.nearest(self.features)

    def __len__(self) -> int:
        return len(self.samples)


Values = dict[str, float]
"""The numbers that a score gives, by name: one for most, several where one computation gives them; without those that
are not defined for the samples.
"""

Need = Literal["classes", "mixture", "training set", "unseen"]
"""What a score reads that not all evidence has: class probabilities; the mixture of the real samples; all that the
generated samples may be copies of, not only the real ones that are compared; real samples that nobody learnt from.
"""


Direction = Literal["lower", "higher", "near 0", "near 1", "near floor"]


@dataclass(frozen=True)
class Score:
    """A score as `ganworks evaluate` offers it: `score = Score(...)` in a module of this room is found by its name.

    Args:
        summary: what it says, in one line.
        paper: author, year, arXiv number.
        better: by name of the value, whether lower or higher is better, or what is best where that is no extreme.
        compute: the values of (generated, real).
        needs: what it reads that not all evidence has.
        without_each: of pairs (generated, real) of groups of both sets, the numbers without the first pair, without the
            second, …, for a jackknife that costs little; of smooth functions of the samples only, since leaving out
            overstates how much counts of neighbours and largest shares move.
        errors: the standard errors of values of (generated, real), where no jackknife tells them.
        version: of the definition, raised when it changes: values of two are not compared.
    """

    summary: str
    paper: str
    better: dict[str, Direction]
    compute: Callable[[Evidence, Evidence], Values]
    needs: tuple[Need, ...] = ()
    without_each: Callable[[Sequence[tuple[Evidence, Evidence]]], list[Values]] | None = None
    errors: Callable[[Values, Evidence, Evidence], Values] | None = None
    version: int = 1
