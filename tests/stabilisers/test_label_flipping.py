from __future__ import annotations

import pytest
import torch
from tests.stabilisers.playing import drawing

from ganworks.errors import UsageError
from ganworks.stabilisers.label_flipping import LabelFlipping


def test_pairs_change_places_at_the_rate_that_was_asked_for() -> None:
    real, fake = torch.arange(1.0, 5001)[:, None], -torch.arange(1.0, 5001)[:, None]
    one, other = LabelFlipping(probability=0.2).verdicts(real, fake, drawing(0, 5000))
    flipped = (one != real).squeeze()
    assert flipped.double().mean().item() == pytest.approx(0.2, abs=0.02)
    assert torch.equal(one[flipped], fake[flipped]) and torch.equal(other[flipped], real[flipped])
    assert torch.equal(one[~flipped], real[~flipped]) and torch.equal(other[~flipped], fake[~flipped])


def test_all_logits_of_a_patch_change_together() -> None:
    real = torch.zeros(50, 1, 3, 3)
    one, _ = LabelFlipping(probability=0.4).verdicts(real, real + 1, drawing(0, 50))
    assert {int(row.sum()) for row in one} == {0, 9}


@pytest.mark.parametrize("size", [1, 2])
def test_parts_of_a_batch_flip_what_the_whole_would(size: int) -> None:
    option = LabelFlipping(probability=0.4)
    real, fake = torch.zeros(16 // size, 1), torch.ones(16 // size, 1)
    whole, _ = option.verdicts(real, fake, drawing(3, 16))
    half = 8 // size
    halves = [option.verdicts(real[:half], fake[:half], drawing(3, 16, r))[0] for r in (slice(8), slice(8, 16))]
    assert torch.equal(torch.cat(halves), whole)
    assert 0 < whole.sum() < 16 // size


def test_refusals() -> None:
    for probability in (0.0, 0.5, -1.0, 2.0):
        with pytest.raises(UsageError, match=r"must lie between 0 and 0\.5"):
            LabelFlipping(probability=probability)
