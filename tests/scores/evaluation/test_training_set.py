"""Copies are looked for among all real samples, not only those that are scored, and against others held out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.scores.evaluation.test_measuring import Rows
from tests.small import ENGINE, flat
from torch import Tensor
from torch.utils.data import TensorDataset

import ganworks
from ganworks.config import DataSettings
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.runs import Run
from ganworks.scores.evaluation import baselines
from ganworks.scores.evaluation.baselines import Real
from ganworks.scores.evaluation.describing import shuffled
from ganworks.scores.evaluation.measuring import measure
from ganworks.scores.evaluation.sources import open_real
from ganworks.scores.evaluation.subject import subject_of

COUNT = 100


def pictures(count: int, seed: int = 0) -> Any:
    """Smooth noise: its features have eight dimensions that vary."""
    return np.random.default_rng(seed).integers(0, 256, (count, 1, 8, 8), np.uint8)


def memorised(made: Any, real: Any, **wishes: Any) -> ganworks.scores.evaluation.evaluation.Evaluation:  # type: ignore[name-defined]
    return ganworks.evaluate(made, real, **{"scores": "memorisation", "extractor": Rows(), "count": COUNT, **wishes})


@pytest.fixture
def two(tmp_path: Path) -> Path:
    np.savez(tmp_path / "two.npz", x_train=pictures(600), x_test=pictures(160, 1))
    return tmp_path / "two.npz"


def not_scored(real: Any) -> Any:
    return real[shuffled(len(real), "evaluate/real")[2 * COUNT :].numpy()]


@pytest.mark.parametrize("given", ["array", "dataset", "two splits"])
def test_copies_of_images_that_are_not_scored_are_exposed(given: str, two: Path) -> None:
    real = pictures(600)
    sources = {"array": real, "dataset": TensorDataset(torch.from_numpy(real)), "two splits": two}
    found = memorised(not_scored(real), sources[given])
    assert found["copied"] == 1 and found["c_t"] < -6
    assert found.floor["copied"] < 0.1 and abs(found.floor["c_t"]) < 3
    assert found.ceiling["copied"] < 0.1
    assert found.notes == ()


def test_honest_samples_are_not_called_copies(two: Path) -> None:
    for source in (pictures(600), two):
        found = memorised(pictures(150, 2), source)
        assert found["copied"] < 0.1 and abs(found["c_t"]) < 3
        assert 0.3 < (found.errors["c_t"] or 0) < 2


def test_the_floor_is_of_others_than_those_that_were_learnt_or_held_out(two: Path) -> None:
    for source, other in ((pictures(600), None), (two, pictures(160, 1))):
        opened = open_samples(DataSettings(), source=source)
        others = None if other is None else open_samples(DataSettings(), source=other)
        real = Real(opened, others, COUNT, Rows())
        floor = real.surely_no_copies()
        assert floor.training is not None
        assert len(floor) == (COUNT if other is None else 80)
        assert len(floor.training.learnt) == (500 if other is None else 600)
        assert len(floor.training.unseen) == (500 if other is None else 80)
        assert float(floor.to_training.min()) > 0, "no sample is its own copy"
        held = torch.cdist(floor.training.placed(floor.features), floor.training.unseen)
        assert float(held.min()) > 0
        assert len(real.training.learnt) == 600, "the score itself looks among all"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A training that left out 150 of 600 images."""
    np.save(tmp_path / "one.npy", pictures(600))
    settings = {**flat(ENGINE), "data.hold_out": 0.25, "game.generator.width": 4, "game.discriminator.width": 4}
    return ganworks.train("dcgan", tmp_path / "one.npy", out=tmp_path / "run", steps=1, settings=settings)


def test_a_run_is_scored_against_what_it_was_trained_on(run: Run) -> None:
    assert run.directory is not None
    trained_on = run.directory.read_data()
    found = run.evaluate(scores="memorisation", extractor=Rows())
    assert (trained_on["samples"], found.protocol.digest) == (450, trained_on["digest"])
    assert found.protocol.data == "one.npy without those held out"
    assert found.baseline[:2] == (150, "real against real of the other split (one.npy, held out)")
    given = run.evaluate(run.configuration.data.source, scores="memorisation", extractor=Rows())
    assert given.protocol.data == "one.npy", "what is given is taken as it is"


def test_copies_are_looked_for_among_what_was_trained_on(run: Run) -> None:
    learnt, held = open_real(run.configuration.data)
    assert isinstance(learnt, Samples) and isinstance(held, Samples)
    copied = [
        measure(subject_of(made), learnt, held, scores="memorisation", extractor=Rows())["copied"]
        for made in (learnt, held)
    ]
    assert copied[0] == 1 and copied[1] < 0.1


def test_another_split_is_seen_by_nobody_either(two: Path) -> None:
    learnt, other = open_real(DataSettings(source=str(two), hold_out=0.25))
    assert other is not None and (len(learnt), len(other)) == (450, 160)


def test_of_more_than_can_be_looked_through_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baselines, "MOST_LEARNT", 400)
    found = memorised(pictures(150, 2), pictures(600))
    assert found.notes == ("copies are looked for among 400 of the 600 real images: those of the others go unseen",)


def test_too_few_to_say_do_not_lose_other_scores(two: Path) -> None:
    few = memorised(pictures(20, 2), pictures(20), scores="kid,memorisation,ndb", count=20)
    assert {"kid", "copied"} <= set(few.values) and few.failed["ndb"].startswith("ndb: ")
    np.savez(two, x_train=pictures(600), x_test=pictures(30, 1))
    found = memorised(pictures(150, 2), two)
    assert found["copied"] < 0.1, "too few are held out: training images take their part"


def test_features_of_all_real_images_are_kept() -> None:
    seen: list[int] = []

    class Counted(Rows):
        name = "counted"

        def features(self, images: Tensor) -> Tensor:
            seen.append(len(images))
            return super().features(images)

    memorised(pictures(150, 2), pictures(600, 7), extractor=Counted())
    assert sum(seen) > 600
    seen.clear()
    memorised(pictures(150, 2), pictures(600, 7), extractor=Counted())
    assert sum(seen) == 4 + 4 + COUNT, "two probes, generated"
