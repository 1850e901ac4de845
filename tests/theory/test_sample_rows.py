"""Samples become rows, or are refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganworks.errors import GanworksError
from ganworks.theory.sample_rows import sample_rows


def test_one_some_and_rows_of_samples() -> None:
    assert sample_rows(3).tolist() == [[3.0]]
    assert sample_rows([1, 2]).tolist() == [[1.0], [2.0]]
    assert sample_rows(np.float32([[1, 2]])).tolist() == [[1.0, 2.0]]
    assert sample_rows([1]).dtype == torch.float64


@pytest.mark.parametrize("samples", [[], [np.nan], [[np.inf, 0]], np.zeros((2, 2, 2)), ["a"], [[1], [1, 2]]])
def test_what_is_no_sample_is_refused(samples: object) -> None:
    with pytest.raises(GanworksError, match="samples"):
        sample_rows(samples)
