"""Some samples are kept from a training: always the same, under a name and a digest of their own."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.utils.data import TensorDataset

from ganworks.config import DataSettings
from ganworks.data.hold_out import hold_out
from ganworks.data.identities import IDENTITY, identified
from ganworks.data.open import open_samples
from ganworks.data.samples import DatasetSamples, Samples
from ganworks.errors import UsageError

POINTS = np.arange(40, dtype=np.float32).reshape(20, 2)


def opened(source: object = (POINTS, np.arange(20))) -> Samples | DatasetSamples:
    return open_samples(DataSettings(), source=source)


def test_every_sample_is_learnt_or_held_out_with_its_label() -> None:
    learnt, held = hold_out(opened(), 0.25)
    assert isinstance(learnt, Samples) and isinstance(held, Samples)
    assert (len(learnt), len(held)) == (15, 5)
    together = np.concatenate([learnt.values, held.values])
    assert np.array_equal(np.unique(together, axis=0), np.unique(opened().values, axis=0))  # type: ignore[union-attr]
    for side in (learnt, held):
        assert side.labels is not None and np.array_equal(np.diff(side.labels), np.diff(side.values[:, 0]) / 2)
    assert np.array_equal(hold_out(opened(), 0.25)[1].values, held.values)  # type: ignore[union-attr]


def test_nobody_is_on_both_sides() -> None:
    """Else D, which knows a face by heart, would rank another picture of it like one that it learnt from."""
    people = [*"aaaabbbbccccdddd", None, None, None, None]
    samples = opened()
    assert isinstance(samples, Samples)
    learnt, held = hold_out(identified(samples, people), 0.5)
    assert isinstance(learnt, Samples) and isinstance(held, Samples)
    known = [side.given[IDENTITY] for side in (learnt, held)]
    sides = [set(one.table[one.rows].tolist()) - {-1} for one in known]
    assert sides[0] and sides[1] and not sides[0] & sides[1] and sides[0] | sides[1] == {0, 1, 2, 3}
    together = np.concatenate([learnt.values, held.values])
    assert len(together) == 20 and len(np.unique(together, axis=0)) == 20


def test_too_few_people_are_told_as_such() -> None:
    samples = opened()
    assert isinstance(samples, Samples)
    with pytest.raises(UsageError, match=r"hold_out=0.1 of 2 people leaves nothing on one side"):
        hold_out(identified(samples, [*"ab"] * 10), 0.1)


def test_each_side_is_told_from_the_whole() -> None:
    whole, sides = opened(), hold_out(opened(), 0.25)
    assert len({whole.digest, *(side.digest for side in sides if side)}) == 3
    assert [side.name for side in sides if side] == ["array without those held out", "array, held out"]
    assert hold_out(whole, 0.0) == (whole, None), "which stays what it is"


@pytest.mark.parametrize("share", [0.01, 0.99])
def test_neither_side_is_empty(share: float) -> None:
    with pytest.raises(UsageError, match="leaves nothing on one side"):
        hold_out(opened(), share)


def test_a_dataset_is_split_by_its_owner() -> None:
    with pytest.raises(UsageError, match="split a torch Dataset yourself"):
        hold_out(opened(TensorDataset(torch.zeros(20, 1, 8, 8))), 0.25)
