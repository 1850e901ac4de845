"""How learning rates rise and fall."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import pytest

from ganworks.config import Schedule
from ganworks.training.optimisers import rate_factor

Shape = Literal["linear", "cosine", "exponential"]


@pytest.mark.parametrize(("shape", "halfway"), [("linear", 0.6), ("cosine", 0.6), ("exponential", 0.2**0.5)])
def test_rates_fall_from_all_to_the_floor(shape: Shape, halfway: float) -> None:
    schedule = Schedule(decay_from=100, decay_to=300, shape=shape, floor=0.2)
    factors = [rate_factor(schedule, step) for step in range(400)]
    assert set(factors[:101]) == {1.0}
    assert factors[200] == pytest.approx(halfway)
    assert all(after < before for before, after in pairwise(factors[100:301]))
    assert set(factors[300:]) == {0.2}
    assert [rate_factor(schedule, step, 2) for step in range(400)] == [factor**2 for factor in factors]


def test_a_power_of_the_fall_leaves_the_warmup() -> None:
    schedule = Schedule(warmup=4, decay_from=10, decay_to=20)
    assert [rate_factor(schedule, step, 2) for step in (0, 3, 15)] == [0.25, 1.0, 0.25]


def test_rates_rise_to_all_in_the_warmup() -> None:
    factors = [rate_factor(Schedule(warmup=4), step) for step in range(6)]
    assert factors == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
