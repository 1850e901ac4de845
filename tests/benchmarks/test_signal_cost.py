"""What signals cost, in a tiny version."""

from __future__ import annotations

from dataclasses import replace

import pytest
from benchmarks.signal_cost import CASES, EVERY

from benchmarks import signal_cost
from ganworks.doctor import reference
from ganworks.doctor.probe import Probe
from ganworks.training.trainer import Trainer
from ganworks.tree import merge

TINY = {"game": {"generator": {"width": 4}, "discriminator": {"width": 4}}, "training": {"batch_size": 8}}
IMAGES, POINTS = replace(CASES[0], tree=merge(CASES[0].tree, TINY)), CASES[-1]


@pytest.mark.parametrize("case", [IMAGES, POINTS], ids=["images", "points"])
def test_a_cost_of_each_kind_of_data(case: signal_cost.Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "MOST", 100)
    cost = signal_cost.measure(case, rounds=1, looks=1, every=2)
    assert cost.step > 0 and cost.blocks > -1
    assert (cost.over_bare is None) == (case is IMAGES)


def test_looks_are_counted_as_often_as_they_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock that only training and looking move: steps of 10 s, looks of 5."""
    now = 0.0

    def passes(seconds: float) -> None:
        nonlocal now
        now += seconds

    step, look = Trainer.step, Probe.look
    monkeypatch.setattr(Trainer, "step", lambda *arguments: (passes(10.0), step(*arguments))[1])
    monkeypatch.setattr(Probe, "look", lambda *arguments: (passes(5.0), look(*arguments))[1])
    monkeypatch.setattr(signal_cost.time, "process_time", lambda: now)
    cost = signal_cost.measure(replace(POINTS, beside_bare=False), rounds=2, looks=2, every=4)
    assert cost.step == pytest.approx(10_000) and cost.look == pytest.approx(5_000)
    assert cost.direct == pytest.approx(5 / 40) and cost.blocks == pytest.approx(5 / 40)


def test_signals_are_as_frequent_as_in_a_run() -> None:
    assert EVERY == 50
