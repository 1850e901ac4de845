"""Every long measurement in a tiny version, so that none can rot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import learning, loader, overhead, precision, report, resume_torture, time_to_quality, train_speed
from ganworks.scores.extractors.classifier_network import Classifier, spec_of

TINY = {"name": "dcgan", "width": 4}


@pytest.fixture(autouse=True)
def own_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "CELLS", tmp_path / "cells")


def untrained(images: torch.Tensor, labels: torch.Tensor, classes: int, mirror: bool = False) -> Classifier:
    return Classifier(spec_of(images, classes)).eval()


def test_train_speed_prints_a_row_for_each_loop() -> None:
    rows = train_speed.measure(size=16, batch=4, width=4, rounds=1, steps=1, compiled=False)
    assert rows[0][0] == "plain eager fp32" and rows[0][2] == 1.0
    assert any(name == "ganworks fp32" for name, *_ in rows)
    assert all(speed > 0 and ratio > 0 and share > 0 for _, speed, ratio, share in rows)


def test_the_plain_loop_has_the_recipes_widths() -> None:
    from benchmarks.plain_loop import PlainLoop

    ours = train_speed.ours(size=32, batch=4, width=8, precision="fp32").game

    def convolutions(network: torch.nn.Module) -> list[tuple[int, ...]]:
        return [tuple(p.shape) for p in network.parameters() if p.dim() == 4]

    plain = PlainLoop(32, 3, width=8)
    assert convolutions(plain.g) == convolutions(ours.generator)
    assert convolutions(plain.d)[:-1] == convolutions(ours.discriminator)


def test_overhead_compares_the_trainer_with_a_bare_loop() -> None:
    rows = overhead.cases(rounds=1, scale=0.02, width=4)
    assert len(rows) == 3 and all(milliseconds > 0 and share > -1 for _, milliseconds, share, _ in rows)


def test_time_to_quality_scores_both_and_keeps_its_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_to_quality, "classifier_for", untrained)
    monkeypatch.setattr(time_to_quality, "SCORED", 256)
    tree = {"game": {"generator": TINY, "discriminator": TINY}, "training": {"batch_size": 16}}
    arguments = (0.2, (0,), (2e-4,), "fashion-10k", tree, 4, 64)
    first = time_to_quality.measure(*arguments)
    rows = time_to_quality.rows_of(first)
    assert [row[0] for row in rows] == ["plain loop, lr 0.0002", "ganworks r3gan"]
    assert all(np.isfinite(float(str(row[2]))) for row in rows)
    assert time_to_quality.measure(*arguments) == first


def test_a_tortured_run_ends_like_one_left_alone(tmp_path: Path) -> None:
    hit, steps, same = resume_torture.torture(tmp_path, kills=4)
    assert hit == 4 and steps > 100 and same


def test_the_loader_feeds_what_was_decoded(tmp_path: Path) -> None:
    """Far below what it does, and at the mark all the same."""
    loader.photos(tmp_path, 8, 64)
    threads = torch.get_num_threads()
    assert loader.feed_rate(str(tmp_path), 32, batch=8, seconds=0.2) > 20_000
    torch.set_num_threads(threads)
    loader.photos(tmp_path, 64, 64)
    assert 0 < loader.waiting_share(str(tmp_path), 16, steps=2, width=4) < 1


def test_precision_compares_the_spreads_of_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganworks.scores.extractors.classifier.classifier_for", untrained)
    monkeypatch.setattr(precision, "SAMPLES", 150)  # a Fréchet distance needs more than 128
    settings = {"game.generator": TINY, "game.discriminator": TINY, "training.batch_size": 8}
    ways = {name: precision.WAYS[name] for name in ("fp32", "bf16")}
    rows = precision.rows_of(precision.measure("fashion-10k", range(2), 2, settings, ways))
    assert [row[0] for row in rows] == ["fp32", "bf16"]
    assert rows[0][4] == "+0.00" and all(np.isfinite(float(str(row[1]))) for row in rows)


def test_learning_judges_labels_and_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "classifier_for", untrained)
    classifier = learning.digits_classifier("fashion-10k")
    settings = {"game.generator": TINY, "game.discriminator": TINY, "training.batch_size": 8}
    judged = learning.trained(
        "cgan", "fashion-10k", 2, 0, lambda run: learning.agreement(run, classifier, per_label=4), settings=settings
    )
    assert 0 <= judged["worst"] <= judged["agreement"] <= 1
    counted = learning.trained(
        "lstm",
        "fashion-10k",
        2,
        0,
        lambda run: learning.shares(run, classifier, count=50),
        settings={"game.generator.hidden": 8},
    )
    assert sum(counted["histogram"]) == pytest.approx(1)
