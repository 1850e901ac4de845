"""Standard errors agree with how scores move when samples are drawn anew."""

from __future__ import annotations

from importlib import import_module
from math import sqrt
from statistics import fmean, stdev
from typing import Any

import pytest
import torch
from tests.scores.drawn import Lookup, drawn
from torch import Tensor

from ganworks.data.toys import ring
from ganworks.errors import GanworksError
from ganworks.lookup import names
from ganworks.scores.classification_accuracy import score as classification_accuracy
from ganworks.scores.evaluation.uncertainty import at_random, in_turn, of_jackknife, of_parts, standard_errors
from ganworks.scores.frechet import FeatureStatistics, merged_without_each
from ganworks.scores.frechet import score as frechet
from ganworks.scores.inception_score import inception_score
from ganworks.scores.ndb import ndb
from ganworks.scores.score import Evidence, Score, Values

JUDGE = torch.randn(3, 5, generator=torch.Generator().manual_seed(7))
MODES = torch.from_numpy(ring().modes).float()


def classified(count: int, seed: int, shift: float = 0.0) -> Evidence:
    """Samples of N(shift, I) with five classes, surer of them far from 0."""
    evidence = drawn(count, seed, shift)
    vars(evidence)["probabilities"] = (2 * evidence.features @ JUDGE).softmax(1)
    return evidence


def on_a_ring(count: int, seed: int, shift: float = 0.0) -> Evidence:
    """Points of the eight modes, fewer and fewer of the later ones with a shift."""
    draw = torch.Generator().manual_seed(seed)
    which = torch.multinomial(torch.exp(-shift * torch.arange(8.0) / 8), count, True, generator=draw)
    points = MODES[which] + (0.01 + 0.005 * shift) * torch.randn(count, 2, generator=draw)
    return Evidence(points, None, Lookup(points), mixture=ring())


def mean_difference(generated: Evidence, real: Evidence) -> Values:
    return {"shift": float(generated.features.mean() - real.features.mean())}


SHIFT = Score("difference of means", "", {"shift": "lower"}, mean_difference)
DRAWN_ANEW: dict[str, tuple[int, int, int]] = {
    "frechet": (300, 40, 20),
    "kid": (300, 40, 20),
    "inception-score": (300, 40, 10),
    "mode-score": (300, 40, 10),
    "histogram": (300, 40, 10),
    "precision-recall": (300, 30, 8),
    "density-coverage": (300, 30, 8),
    "prd": (150, 20, 3),
    "ndb": (500, 20, 5),
    "memorisation": (300, 30, 6),
    "mixture-modes": (500, 30, 8),
}
"""Samples, sets to find the spread, and sets of which the standard errors are averaged."""
OVERSTATED = {"covered": 3.0, "ndb": 2.2}
"""Counts of what lies beyond a threshold: without a group all that are near it change sides."""


def test_every_score_is_drawn_anew_below() -> None:
    assert {*DRAWN_ANEW, "classification-accuracy"} == set(names("ganworks.scores", "score"))


@pytest.mark.parametrize("name", DRAWN_ANEW)
def test_they_are_the_spread_over_new_samples(name: str) -> None:
    score: Score = import_module(f"ganworks.scores.{name.replace('-', '_')}").score
    draw: Any = on_a_ring if name == "mixture-modes" else classified
    count, repeats, told = DRAWN_ANEW[name]
    values: list[Values] = []
    errors: list[Values] = []
    for seed in range(repeats):
        # Copies are looked for among one training set: ± of c_t is for it.
        generated, real = draw(count, seed, shift=1.0), draw(count, 1000 + (0 if name == "memorisation" else seed))
        values.append(score.compute(generated, real))
        if seed < told:
            errors.append(standard_errors(score, values[-1], generated, real))  # type: ignore[arg-type]
    ratios = {}
    for value in score.better:
        spread = stdev(found[value] for found in values)
        stated = sqrt(fmean(found[value] ** 2 for found in errors))
        ratios[value] = stated / spread if spread else 1.0 if stated == 0 else float("inf")
    assert all(0.6 < ratio < OVERSTATED.get(value, 1.7) for value, ratio in ratios.items()), ratios


def test_a_share_of_test_images_is_binomial() -> None:
    test = drawn(400, 0)
    assert classification_accuracy.errors is not None
    found = standard_errors(classification_accuracy, {"classification_accuracy": 0.8}, drawn(50, 1), test)
    assert found == {"classification_accuracy": pytest.approx(0.02)}


def test_groups_and_parts_are_disjoint_and_leave_nothing_out() -> None:
    for groups, sizes in ((in_turn(drawn(103, 0), 10), {10, 11}), (at_random(drawn(103, 0), 3, 0), {34, 35})):
        assert {len(group) for group in groups} == sizes
        rows = torch.cat([group.samples.flatten() for group in groups])
        assert torch.equal(rows.sort().values, torch.arange(103))
    first, second = (at_random(drawn(103, 0), 3, partition)[0].samples.flatten() for partition in (0, 1))
    assert not torch.equal(first, second)


def test_both_ways_are_exact_for_a_mean() -> None:
    values = [float(n**2) for n in range(10)]
    error = float(torch.tensor(values).double().std()) / 10**0.5
    assert of_parts([values, values]) == pytest.approx(error)
    assert of_jackknife([[(sum(values) - value) / 9 for value in values]]) == pytest.approx(error)


def test_without_each_group_inception_score_and_bins_are_those_of_the_others() -> None:
    """In the splits, or bins, of all together."""
    groups = [(classified(30, seed, 1.0), classified(30, 50 + seed)) for seed in range(20)]
    for name, whole in (
        ("inception_score", lambda pairs: inception_score(pairs[0][1], splits=10)[0]),
        ("ndb", lambda pairs: ndb(pairs[0][0], pairs[1][0])[1]),
    ):
        found = import_module(f"ganworks.scores.{name}").score.without_each(groups)
        sides = [
            [torch.cat([getattr(one, what) for one in side[1:]]) for what in ("features", "probabilities")]
            for side in zip(*groups, strict=True)
        ]
        assert [*found[0].values()][-1] == pytest.approx(whole(sides), rel=0.05) and len(found) == 20


def test_statistics_without_each_group() -> None:
    groups = [drawn(30, seed).features for seed in range(4)]
    merged = merged_without_each([FeatureStatistics.of(group) for group in groups])
    for left_out, found in enumerate(merged):
        others = FeatureStatistics.of(torch.cat(groups[:left_out] + groups[left_out + 1 :]))
        assert found.count == others.count
        assert torch.allclose(found.mean, others.mean) and torch.allclose(found.scatter, others.scatter)


def test_too_few_samples_tell_none() -> None:
    def told(score: Score, generated: Evidence, real: Evidence) -> float | None:
        return standard_errors(score, score.compute(generated, real), generated, real)[next(iter(score.better))]

    for score in (SHIFT, frechet):
        assert told(score, drawn(99, 0), drawn(500, 1)) is None
        assert (told(score, drawn(100, 0), drawn(500, 1)) or 0) > 0

    def refuses(generated: Evidence, real: Evidence) -> Values:
        if len(generated) < 100:
            raise GanworksError("too few")
        return {"shift": 0.0}

    assert told(Score("", "", {"shift": "lower"}, refuses), drawn(200, 0), drawn(200, 1)) is None


def test_features_of_a_part_are_not_computed_again() -> None:
    calls: list[int] = []

    class Counted(Lookup):
        def features(self, images: Tensor) -> Tensor:
            calls.append(len(images))
            return super().features(images)

    evidence = drawn(100, 0, extractor=Counted)
    standard_errors(frechet, {"frechet": 1.0}, evidence, drawn(100, 1))
    assert calls == [100]
