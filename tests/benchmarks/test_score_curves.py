"""The curves of the scores in a tiny version."""

from __future__ import annotations

import pytest

from benchmarks import score_curves
from ganworks.scores.extractors.classifier_network import Classifier, spec_of


def test_every_value_has_its_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score_curves, "classifier_for", lambda images, *_: Classifier(spec_of(images, 10)).eval())
    halves = score_curves.Halves("fashion-10k")
    halves.real, halves.others = ((images[:300], labels[:300]) for images, labels in (halves.real, halves.others))
    rows = score_curves.by_count(halves, (10, 150))
    assert rows[0][1] == "too few" and all(len(row) == 1 + len(score_curves.VALUES) for row in rows)
    assert isinstance(rows[1][1], float)
    damaged = {row[0]: dict(zip(score_curves.VALUES, row[1:], strict=True)) for row in score_curves.by_damage(halves)}
    assert len(damaged) == 10
    assert damaged["all copies of real ones"]["copied"] == 1
    assert damaged["10% copies of real ones"]["copied"] < 0.3
    told = score_curves.by_standard_error(halves, (100,), repeats=3, told=1, names=["kid", "histogram"])
    assert [row[0] for row in told] == ["kid", "total_variation", "rarest", "confidence"]
    assert all(len(row) == 3 and " = " in str(row[1]) for row in told)
