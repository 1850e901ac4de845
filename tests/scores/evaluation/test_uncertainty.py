"""Standard errors agree with how scores move when samples are drawn anew."""

from __future__ import annotations

import pytest
import torch
from tests.scores.drawn import Lookup, drawn
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.evaluation.uncertainty import of_jackknife, of_subsets, parts, standard_errors
from ganworks.scores.frechet import FeatureStatistics, merged_without_each
from ganworks.scores.frechet import score as frechet
from ganworks.scores.score import Evidence, Score, Values


def mean_difference(generated: Evidence, real: Evidence) -> Values:
    return {"shift": float(generated.features.mean() - real.features.mean())}


SHIFT = Score("difference of means", "", {"shift": "lower"}, mean_difference)


@pytest.mark.parametrize(("name", "score"), [("shift", SHIFT), ("frechet", frechet)])
def test_they_are_the_spread_over_new_samples(name: str, score: Score) -> None:
    values, errors = [], []
    for seed in range(60):
        generated, real = drawn(400, seed, shift=1.0), drawn(400, 1000 + seed)
        values.append(score.compute(generated, real)[name])
        errors.append(standard_errors(score, generated, real)[name] or 0.0)
    spread = float(torch.tensor(values).double().std())
    assert float(torch.tensor(errors).mean()) == pytest.approx(spread, rel=0.25)


def test_groups_are_disjoint_and_leave_nothing_out() -> None:
    groups = parts(drawn(103, 0), 10)
    assert {len(group) for group in groups} == {10, 11}
    rows = torch.cat([group.samples.flatten() for group in groups])
    assert torch.equal(rows.sort().values, torch.arange(103))


def test_both_ways_are_exact_for_a_mean() -> None:
    values = [float(n**2) for n in range(10)]
    error = float(torch.tensor(values).double().std()) / 10**0.5
    assert of_subsets(values) == pytest.approx(error)
    assert of_jackknife([(sum(values) - value) / 9 for value in values]) == pytest.approx(error)


def test_statistics_without_each_group() -> None:
    groups = [drawn(30, seed).features for seed in range(4)]
    merged = merged_without_each([FeatureStatistics.of(group) for group in groups])
    for left_out, found in enumerate(merged):
        others = FeatureStatistics.of(torch.cat(groups[:left_out] + groups[left_out + 1 :]))
        assert found.count == others.count
        assert torch.allclose(found.mean, others.mean) and torch.allclose(found.scatter, others.scatter)


def test_too_few_samples_tell_none() -> None:
    assert standard_errors(SHIFT, drawn(39, 0), drawn(500, 1)) == {"shift": None}
    assert standard_errors(SHIFT, drawn(40, 0), drawn(500, 1))["shift"] is not None

    def refuses(generated: Evidence, real: Evidence) -> Values:
        if len(generated) < 100:
            raise GanworksError("too few")
        return {"shift": 0.0}

    assert standard_errors(Score("", "", {"shift": "lower"}, refuses), drawn(200, 0), drawn(200, 1)) == {"shift": None}


def test_features_of_a_part_are_not_computed_again() -> None:
    calls: list[int] = []

    class Counted(Lookup):
        def features(self, images: Tensor) -> Tensor:
            calls.append(len(images))
            return super().features(images)

    evidence = drawn(100, 0, extractor=Counted)
    standard_errors(frechet, evidence, drawn(100, 1))
    assert calls == [100]
