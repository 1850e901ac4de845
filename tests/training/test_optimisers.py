"""How learning rates rise and fall."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import pytest

from ganworks.config import Schedule
from ganworks.training.optimisers import rate_factor


@pytest.mark.parametrize(("shape", "halfway"), [("linear", 0.5), ("cosine", 0.5), ("quadratic", 0.25)])
def test_rates_fall_from_all_to_the_floor(shape: Literal["linear", "cosine", "quadratic"], halfway: float) -> None:
    schedule = Schedule(decay_from=100, decay_to=300, shape=shape, floor=0.2)
    factors = [rate_factor(schedule, step) for step in range(400)]
    assert set(factors[:101]) == {1.0}
    assert factors[200] == pytest.approx(0.2 + 0.8 * halfway)
    assert all(after < before for before, after in pairwise(factors[100:301]))
    assert set(factors[300:]) == {0.2}
    other = Schedule(decay_from=100, decay_to=300, shape="quadratic" if shape == "linear" else "linear", floor=0.2)
    assert [rate_factor(other, step, shape) for step in range(400)] == factors


def test_rates_rise_to_all_in_the_warmup() -> None:
    factors = [rate_factor(Schedule(warmup=4), step) for step in range(6)]
    assert factors == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
