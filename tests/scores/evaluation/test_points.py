"""Points are scored as images are, by their coordinates; and by their modes where these are known."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.small import ENGINE, flat, images

import ganworks
from ganworks.config import DataSettings
from ganworks.data.mixture import Mixture
from ganworks.data.open import open_samples
from ganworks.data.toys import ring
from ganworks.errors import GanworksError, UsageError
from ganworks.scores.evaluation import history
from ganworks.scores.evaluation.choice import DEFAULT_SCORES
from ganworks.scores.evaluation.judge import Judge
from ganworks.scores.evaluation.ranking import ranked
from ganworks.training.best import load_best

MODES = {"captured", "covered", "high_quality", "reverse_kl", "mode_tv", "narrowest"}


def sampled(mixture: Mixture, count: int = 1000, seed: int = 1) -> Any:
    return mixture.sample(count, seed)[0]


def test_points_of_a_known_mixture_are_scored_by_modes_and_coordinates() -> None:
    found = ganworks.evaluate(sampled(ring()), "ring")
    assert found.protocol.extractor == "coordinates"
    assert MODES | {"frechet", "kid", "precision", "density"} <= set(found.values)
    assert set(found.values) == set(found.errors) == set(found.floor) == set(found.ceiling)
    assert found["captured"] == found.floor["captured"] == 8 and found.errors["captured"] == 0
    assert found["high_quality"] == pytest.approx(0.989, abs=0.01) and found.ceiling["high_quality"] < 0.6
    assert 0.8 < found["narrowest"] < 1.1 and (found.errors["narrowest"] or 0) > 0
    assert found.baseline[1:] == (
        "two disjoint parts of the real points",
        "real points, each coordinate permuted among them",
    )
    assert found.notes == ()


def test_modes_that_are_missing_evenly_are_seen_by_modes_alone() -> None:
    """Every other mode of a ring has the mean and the covariance of all, and their third moments."""
    found = ganworks.evaluate(sampled(ring(4)), "ring", scores=["frechet", "kid", "mixture-modes"])
    for name in ("frechet", "kid"):
        assert abs(found[name] - found.floor[name]) < 4 * (found.errors[name] or 0)
    assert found["captured"] == 4 and found["reverse_kl"] == pytest.approx(math.log(2), abs=0.01)
    assert found["mode_tv"] == pytest.approx(0.5, abs=0.01)


def test_what_is_not_defined_is_left_out_and_said() -> None:
    far = sampled(Mixture(np.full((1, 2), 50.0), 1.0))
    found = ganworks.evaluate(far, "ring", scores="mixture-modes")
    assert set(found.values) == set(found.errors) == MODES - {"reverse_kl", "narrowest"}
    assert found["captured"] == found["high_quality"] == 0 and found["mode_tv"] == 1
    assert any(note.startswith("without reverse_kl, narrowest: not defined") for note in found.notes)


def test_other_points_are_scored_by_their_coordinates() -> None:
    random = np.random.default_rng(0)
    real, made = random.normal(size=(1100, 5)), random.normal(1, 1, size=(500, 5))
    every = [*DEFAULT_SCORES, "prd", "ndb", "memorisation"]
    found = ganworks.evaluate(made, real, scores=every)
    assert found.floor["frechet"] < found["frechet"] == pytest.approx(5, rel=0.2)
    assert not found.failed and set(found.values).isdisjoint(MODES)
    same = ganworks.evaluate(torch.from_numpy(made), torch.from_numpy(real), scores=every)
    assert same.values == found.values


@pytest.mark.parametrize(
    ("made", "real", "wishes", "message"),
    [
        (
            "points",
            "ring",
            {"scores": "inception-score"},
            "inception-score needs class probabilities, which coordinates",
        ),
        (
            "points",
            "points",
            {"scores": "mixture-modes"},
            "needs real samples of a known mixture .ring or .*grid-100., which",
        ),
        ("points", "ring", {"scores": "classification-accuracy"}, "the generated samples have no labels"),
        (
            "points",
            "ring",
            {"extractor": "classifier"},
            "points of 2 coordinates are no images: their extractor is coordinates",
        ),
        ("images", "images", {"extractor": "coordinates"}, "coordinates describe points, not images of 1×8×8"),
        ("points", "images", {}, "holds points of 2 coordinates and array images of 1×8×8: score against samples"),
        ("solid", "ring", {}, "holds points of 3 coordinates and ring points of 2 coordinates"),
    ],
)
def test_what_does_not_fit_is_one_line(made: str, real: str, wishes: dict[str, Any], message: str) -> None:
    sources = {"points": sampled(ring(), 100), "images": images(60), "ring": "ring", "solid": np.zeros((9, 3))}
    with pytest.raises(GanworksError, match=message) as error:
        ganworks.evaluate(sources[made], sources[real], count=40, **wishes)
    assert "\n" not in str(error.value)


def test_a_training_on_a_mixture_keeps_the_checkpoint_with_the_best_modes(tmp_path: Path) -> None:
    settings = {**flat(ENGINE), "record.evaluate_every": 2, "record.evaluate_samples": 100, "training.steps": 4}
    run = ganworks.train("toy", "ring", out=tmp_path / "run", settings=settings)
    lines = history.read(tmp_path / "run")
    assert [line["step"] for line in lines] == [2, 4] and all(ranked(line)[0] == "mode_tv" for line in lines)
    best = min(lines, key=lambda line: line["mode_tv"])
    assert run.directory is not None and load_best(run.directory, print)[0] == best["step"]
    found = run.evaluate(count=500)
    assert found.subject == str(tmp_path / "run") and found["captured"] <= 8


def test_quick_scores_of_points_are_those_of_evaluate() -> None:
    real, made = open_samples(DataSettings(source="ring")), sampled(ring(4), 500)
    values = Judge(real, 500).of_samples(torch.from_numpy(made))
    found = ganworks.evaluate(made, "ring", scores=["frechet", "mixture-modes"])
    assert values == pytest.approx(found.values, rel=1e-6)
    assert ranked(values) == ("mode_tv", values["mode_tv"])
    assert set(Judge(real, 5).of_samples(torch.from_numpy(made[:5]))) == {"frechet"}, "fewer samples than modes"


def test_scores_of_an_unknown_mixture_name_it_before_anything_is_drawn() -> None:
    with pytest.raises(UsageError, match=r"leave it out$"):
        ganworks.evaluate(sampled(ring(), 100), sampled(ring(), 100), scores="mixture-modes")


def test_units_of_coordinates_change_no_score() -> None:
    random = np.random.default_rng(0)
    real, made = random.normal(size=(1100, 3)), random.normal(0.5, 1, size=(500, 3))
    units, origin = np.array([1e-3, 1.0, 4e5]), np.array([0.0, 7.0, -3e6])
    plain = ganworks.evaluate(made, real, scores=DEFAULT_SCORES)
    odd = ganworks.evaluate(made * units + origin, real * units + origin, scores=DEFAULT_SCORES)
    assert odd.protocol.resize == "the scale of the real points"
    for name, value in plain.values.items():
        assert odd[name] == pytest.approx(value, rel=1e-3, abs=1e-4), name
