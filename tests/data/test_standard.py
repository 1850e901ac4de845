from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.small import ENGINE, flat

import ganworks
from ganworks.data.spec import Spec
from ganworks.data.standard import moments, original, standardised

FAR = np.random.default_rng(0).normal((5000.0, -3.0, 7.0), (800.0, 0.001, 0.0), (1000, 3)).astype(np.float32)


def test_points_of_any_units_are_seen_around_0_and_as_wide_as_1() -> None:
    spec = Spec((3,), **moments(FAR))
    seen = standardised(torch.from_numpy(FAR), spec).double()
    assert seen.mean(0).abs().max() < 1e-3
    assert torch.allclose(seen.std(0, correction=0), torch.tensor([1.0, 1.0, 0.0]).double(), atol=1e-3)
    assert torch.allclose(original(seen.float(), spec), torch.from_numpy(FAR), rtol=1e-6)


def test_images_are_left_as_they_are() -> None:
    images = torch.rand(2, 1, 4, 4)
    spec = Spec((1, 4, 4))
    assert standardised(images, spec) is images
    assert original(images, spec) is images


def test_a_spec_of_a_run_from_before_is_read() -> None:
    assert Spec.from_dict({"shape": [2], "classes": []}) == Spec((2,))
    known = Spec((3,), ("a",), **moments(FAR))
    assert Spec.from_dict(known.to_dict()) == known


def test_units_change_nothing_in_a_training(tmp_path: Path) -> None:
    """Points in other units train the same game, and are made in those units."""
    points = np.random.default_rng(1).integers(-8, 8, (256, 2)).astype(np.float32)
    settings = {**flat(ENGINE), "training.batch_size": 32, "training.steps": 20}
    runs = [
        ganworks.train("toy", data, out=tmp_path / name, settings=settings)
        for name, data in (("plain", points), ("moved", 1024 * points + 4096))
    ]
    plain, moved = (run.game.state_dict() for run in runs)
    assert all(torch.allclose(plain[name], moved[name], rtol=1e-4, atol=1e-6) for name in plain)
    made, far = (run.generate(50, seed=1) for run in runs)
    assert torch.allclose(far, 1024 * made + 4096, rtol=1e-3, atol=1)
    assert float(made.std()) == pytest.approx(float(far.std()) / 1024, rel=1e-3)


def test_a_resumed_run_keeps_the_units_that_it_began_with(tmp_path: Path) -> None:
    points = np.random.default_rng(1).normal(100, 5, (256, 2)).astype(np.float32)
    settings = {**flat(ENGINE), "training.batch_size": 32, "training.steps": 6}
    run = ganworks.train("toy", points, out=tmp_path / "run", settings=settings)
    again = ganworks.resume(tmp_path / "run", data=points * 2, steps=8)
    assert again.spec == run.spec
    assert torch.allclose(again.generate(8).mean(0), run.generate(8).mean(0), rtol=0.2)
