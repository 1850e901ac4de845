"""What is kept of samples as they are read, whatever their kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from tests.small import images, labels
from torch import Tensor
from torch.utils.data import TensorDataset

from ganworks.config import DataSettings
from ganworks.data.open import open_samples
from ganworks.scores.evaluation.describing import described, stored
from ganworks.scores.extractors.coordinates import Coordinates

POINTS = np.random.default_rng(0).normal(size=(30, 3)).astype(np.float32)


@pytest.mark.parametrize("values", [images(30), POINTS], ids=["images", "points"])
def test_rows_of_arrays_and_datasets_are_alike(values: np.ndarray) -> None:
    rows, classes = torch.tensor([4, 0, 29]), labels(30)
    of_array = stored(open_samples(DataSettings(), source=(values, classes)), rows)
    tensors = TensorDataset(torch.from_numpy(values), torch.from_numpy(classes))
    of_dataset = stored(open_samples(DataSettings(), source=tensors), rows)
    for found in (of_array, of_dataset):
        assert found[0].dtype == torch.from_numpy(values).dtype
        assert torch.equal(found[0], torch.from_numpy(values)[rows])
        assert found[1] is not None and found[1].tolist() == classes[rows].tolist()


def test_points_are_described_by_themselves_and_know_their_mixture() -> None:
    ring = open_samples(DataSettings(source="ring"))
    evidence = described(ring, torch.arange(5), Coordinates())
    assert torch.equal(evidence.features, torch.from_numpy(ring.values[:5]))  # type: ignore[union-attr]
    assert evidence.mixture is not None and len(evidence.mixture.modes) == 8
    array = open_samples(DataSettings(), source=POINTS)
    assert described(array, torch.arange(5), Coordinates()).mixture is None


@dataclass
class Small:
    """Features of any size, as a network that was changed without another name."""

    change: Callable[[Tensor], Tensor]
    name: str = "small"

    def features(self, samples: Tensor) -> Tensor:
        return self.change(samples.float().flatten(1)[:, :5] / 255)


@pytest.mark.parametrize("size", [1e-8, 1e-4, 1.0, 1e6])
def test_features_that_are_kept_are_taken_anew_when_they_are_no_longer_what_is_given(size: float) -> None:
    samples = open_samples(DataSettings(), source=images(30))
    rows = torch.arange(30)
    first = described(samples, rows, Small(lambda x: size * x)).features
    rounded = described(samples, rows, Small(lambda x: size * (1 + 1e-6) * x)).features
    assert torch.equal(first, rounded), "rounding is no change"
    cubed = described(samples, rows, Small(lambda x: size * x * x * x)).features
    assert not torch.equal(first, cubed)
    one_column = described(samples, rows, Small(lambda x: size * x * torch.tensor([1e6, 1, 1, 1, 1]))).features
    other = described(samples, rows, Small(lambda x: size * x * torch.tensor([1e6, 1, 1, 1, 2]))).features
    assert not torch.equal(one_column, other), "a small column beside a large one"
