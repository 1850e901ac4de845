"""Every diagnosis on signals that show it, and none on signals that do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.doctor.lines import bent, healthy
from tests.small import RECIPES, samples, small

from ganworks.config import Configuration, Settings
from ganworks.doctor.diagnosing import diagnose, diagnoses, remedies, spaced, treated
from ganworks.doctor.thresholds import LONG, SPACING
from ganworks.launch import is_playable
from ganworks.recipes import configure, recipe_names

JUMPING = [[256.0 if cluster == place % 8 else 0.0 for cluster in range(8)] for place in range(60)]

FAILURES: dict[str, dict[str, Any]] = {
    "collapse": {"diversity": 0.01, "duplicates": 0.9},
    "dropped-modes": {"clusters": [85.0, 86.0, 85.0, 0.0, 0.0, 0.0, 0.0, 0.0]},
    "strong-discriminator": {"ranking": 1.0, "generator__gradient": 1e-5},
    "generator-wins": {"ranking": 0.02, "remoteness": 900.0},
    "stalled": {"generator__update": 1e-9},
    "dead-units": {"dead": 0.97},
    "overfitting": {"memorised": 0.95, "overfit": 0.9},
    "saturation": {"saturated": 0.8},
    "checkerboard": {"checkerboard": 40.0},
    "divergence": {"diversity": None, "generator__update": None},
}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("clusters", "batch"), [(8, 256), (64, 64), (64, 8), (8, 1)])
def test_nothing_is_found_where_nothing_is_wrong(seed: int, clusters: int, batch: int) -> None:
    lines = healthy(clusters=clusters, batch=batch, seed=seed)
    for end in range(1, len(lines) + 1):
        assert diagnose(lines[:end]) == []


@pytest.mark.parametrize("seed", range(10))
def test_single_samples_say_nothing_of_clusters_until_there_are_enough(seed: int) -> None:
    """With two of a cluster on average chance leaves a seventh of them without any."""
    lines = healthy(count=240, clusters=64, batch=1, seed=seed)
    for end in range(20, len(lines) + 1, 20):
        assert diagnose(lines[:end]) == []


def test_single_samples_tell_of_dropped_modes_in_time() -> None:
    lines = healthy(count=800, clusters=64, batch=1)
    for place, line in enumerate(lines):
        line["clusters"] = [float(cluster == place % 32) for cluster in range(64)]
    assert diagnose(lines[:600]) == []
    assert [found.name for found in diagnose(lines)] == ["dropped-modes"]


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_named_with_the_step_at_which_it_began(name: str) -> None:
    begin = 20
    found = {each.name: each for each in diagnose(bent(begin, **FAILURES[name]))}
    assert list(found) == [name]
    began = 50 * (begin + 1)
    assert began <= found[name].since <= began + 50 * LONG
    assert found[name].evidence
    assert all(np.isfinite(list(found[name].evidence.values())))


@pytest.mark.parametrize("name", sorted(FAILURES.keys() - {"divergence"}))
def test_a_bad_moment_is_no_failure(name: str) -> None:
    lines = bent(20, **FAILURES[name])
    assert diagnose(lines[:23] + healthy(60)[23:]) == []


def test_only_clusters_of_the_newest_data_are_counted() -> None:
    """A training can be resumed on data that have changed, whose clusters are others."""
    lines = healthy()
    for line in lines[30:]:
        line["clusters"] = [32.0] * 7
    lines[0]["cluster_shares"], lines[30]["cluster_shares"] = [1 / 8] * 8, [1 / 7] * 7
    assert diagnose(lines) == []
    for line in lines[30:]:
        line["clusters"] = [112.0, 112.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    (found,) = diagnose(lines)
    assert (found.name, found.evidence["clusters"]) == ("dropped-modes", 7)


def test_evidence_that_is_not_known_is_left_out() -> None:
    """A family of one's own tells as much as it can; NaN is no JSON."""
    lines = bent(20, ranking=0.02)
    for line in lines:
        del line["remoteness"]
    (found,) = diagnose(lines)
    assert (found.name, set(found.evidence)) == ("generator-wins", {"ranking"})


def decaying(update: float, count: int = 60) -> list[dict[str, Any]]:
    """A training whose rates fall to almost nothing and rest at the end, with what they move G by at first."""
    lines = healthy(count)
    rates = [max(0.0, 1 - (place + 1) / (count - LONG)) ** 4 for place in range(count)]
    for line, rate in zip(lines, rates, strict=True):
        moved = {"generator/update": update * rate, "discriminator/update": 0.006 * rate}
        line |= {**moved, "generator/rate": rate, "discriminator/rate": rate}
    return lines


def test_small_steps_of_a_small_rate_are_no_stall() -> None:
    lines = decaying(2e-4)
    assert sum(line["generator/update"] < 1e-5 for line in lines) > 2 * LONG
    for end in range(1, len(lines) + 1):
        assert diagnose(lines[:end]) == []


def test_a_stall_is_seen_whatever_the_rates_do_and_after_them() -> None:
    lines = decaying(1e-9)
    for end in range(LONG, len(lines) + 1):
        (found,) = diagnose(lines[:end])
        assert (found.name, found.since) == ("stalled", 50)


def test_who_rests_from_the_beginning_has_not_stalled() -> None:
    resting = {f"{player}__{signal}": 0.0 for player in ("generator", "discriminator") for signal in ("rate", "update")}
    assert diagnose(bent(0, **resting)) == []


def test_a_player_stalls_by_its_own_rate() -> None:
    lines = bent(0, generator__rate=1e-4, generator__update=1e-7, discriminator__update=1e-7)
    (found,) = diagnose(lines)
    assert (found.name, set(found.evidence)) == ("stalled", {"discriminator/update"})


def test_weights_that_are_thrown_about_diverge_from_the_first_time_on() -> None:
    lines = healthy()
    for line in lines[20:22]:
        line["discriminator/update"] = 0.9
    for end in range(22, 20 + LONG):
        (found,) = diagnose(lines[:end])
        assert (found.name, found.since, found.evidence["discriminator/update"]) == ("divergence", 50 * 21, 0.9)
    assert diagnose(lines) == [], "who was calm for long has found back"


@pytest.mark.parametrize("name", sorted(FAILURES.keys() - {"divergence"}))
def test_patience_is_of_steps_too(name: str) -> None:
    """Signals of every step do not make a bad moment of a few steps a failure."""
    lines = bent(20, **FAILURES[name])
    for apart, is_failing in ((1, False), (SPACING, True)):
        for place, line in enumerate(lines):
            line["step"] = apart * (place + 1)
        assert bool(diagnose(lines)) == is_failing


def test_what_is_told_once_and_what_is_no_number_is_never_passed_over() -> None:
    lines = [{**line, "step": step} for step, line in enumerate(healthy(40), 1)]
    lines[3]["cluster_shares"] = [0.125] * 8
    lines.append({"step": 41, "not_finite": 38})
    assert [line["step"] for line in spaced(lines)] == [1, 4, 19, 34, 41]
    (found,) = diagnose(lines)
    assert (found.name, found.since) == ("divergence", 38)


def test_one_huge_number_is_forgotten_with_its_line() -> None:
    lines = healthy()
    lines[10]["diversity"] = 1e20
    assert diagnose(lines) == []


def test_a_generator_that_jumps_from_mode_to_mode_oscillates_and_has_dropped_none() -> None:
    lines = healthy()
    for line, counts in zip(lines[20:], JUMPING, strict=False):
        line["clusters"] = counts
    assert [each.name for each in diagnose(lines)] == ["oscillation"]


def test_a_generator_may_jump_about_while_it_settles() -> None:
    lines = healthy()
    for place, (line, counts) in enumerate(zip(lines, JUMPING, strict=True)):
        line |= {"step": 15 * (place + 1), "clusters": counts}
    assert diagnose(lines[:43]) == []
    assert [each.name for each in diagnose(lines)] == ["oscillation"]


def test_drifting_statistics_are_a_warning() -> None:
    lines = healthy()
    for place, line in enumerate(lines[20:]):
        line["activation"] = 0.1 * 4.0 ** (place % 3)
    (found,) = diagnose(lines)
    assert (found.name, found.severity) == ("covariate-shift", "warning")


def test_causes_are_told_before_symptoms_and_failures_before_warnings() -> None:
    lines = bent(20, **FAILURES["collapse"], **FAILURES["dead-units"], **FAILURES["checkerboard"])
    assert [each.name for each in diagnose(lines)] == ["dead-units", "collapse", "checkerboard"]


def test_nothing_can_be_said_without_signals() -> None:
    assert diagnose([]) == []
    assert diagnose([{"step": 50}]) == []


@pytest.mark.parametrize("name", list(diagnoses()))
@pytest.mark.parametrize("recipe", recipe_names())
def test_every_remedy_is_a_configuration_of_the_same_family(name: str, recipe: str) -> None:
    """Exact overrides, accepted as they are."""
    configuration = configure(recipe)
    offered = remedies(name, configuration, lambda changed: True)
    assert offered, "every failure has something to try"
    for remedy in offered:
        changed = configure(recipe, remedy.overrides)
        assert changed.recipe == recipe
        assert changed != configuration
        assert remedy.why


WARNINGS = {"checkerboard", "covariate-shift"}
"""Which are told and never treated."""


@pytest.mark.parametrize("recipe", RECIPES)
def test_no_treatment_replaces_a_network(recipe: str) -> None:
    """What a training is treated with are options on the players that were asked for."""
    for name in diagnoses().keys() - WARNINGS:
        for remedy in diagnoses()[name].remedies(configure(recipe)):
            assert not {"generator", "discriminator"} & remedy.overrides.get("game", {}).keys(), name


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_failure_has_a_remedy_that_can_be_played(recipe: str) -> None:
    """And that leaves out what it does instead of."""
    configuration, spec = small(recipe), samples(recipe).spec
    of_images = () if spec.is_image else ("saturation", "checkerboard")
    for name in diagnoses().keys() - set(of_images):
        offered = remedies(name, configuration, lambda changed: is_playable(changed, spec))
        assert offered, name
        assert len({remedy.why for remedy in offered}) == len(offered)
        for game in (treated(configuration, remedy).game.model_dump() for remedy in offered):
            if {"r1", "r2"} <= game.get("penalties", {}).keys():
                assert game["penalties"].keys() == {"r1", "r2"}
                assert "weight-clipping" not in game["stabilisers"]
                assert game["discriminator_steps"] == 1 or name == "generator-wins"


def scored(*, loss: float, score: float, since: int = 20) -> list[dict[str, Any]]:
    """A training scored at every fifth line, whose G loss and score change by these factors from one to the next."""
    lines = healthy()
    for place, line in enumerate(lines):
        times = max(0, place - since) / 5
        line["generator/loss/adversarial"] = 0.7 * loss**times
        if place % 5 == 0:
            line["frechet"] = 30.0 * score**times
    return lines


def test_a_generator_whose_loss_falls_while_its_score_worsens_wins_with_garbage() -> None:
    (found,) = diagnose(scored(loss=0.9, score=1.1))
    assert (found.name, found.since) == ("generator-wins", 50 * (60 - 4 * 5 - 4))
    assert found.evidence.keys() == {"frechet", "generator/loss/adversarial"}


@pytest.mark.parametrize(("loss", "score"), [(0.9, 0.95), (1.05, 1.1), (1.0, 1.1), (0.9, 1.0)])
def test_a_falling_loss_or_a_worse_score_alone_is_no_failure(loss: float, score: float) -> None:
    assert diagnose(scored(loss=loss, score=score)) == []


class OwnSettings(Settings):
    """Of a family that knows nothing of stabilisers, penalties or steps of D."""

    width: int = 4


@pytest.mark.parametrize("name", list(diagnoses()))
def test_a_family_of_ones_own_is_only_offered_what_it_has(name: str) -> None:
    configuration = Configuration[OwnSettings](recipe="own:recipe", game=OwnSettings())
    for remedy in remedies(name, configuration, lambda changed: True):
        assert "game" not in remedy.overrides


def test_a_discriminator_that_loses_gets_more_steps_and_never_fewer() -> None:
    def steps(*settings: dict[str, Any]) -> list[int]:
        offered = remedies("generator-wins", configure("wgan", *settings), lambda changed: True)
        return [
            remedy.overrides["game"]["discriminator_steps"]
            for remedy in offered
            if set(remedy.overrides.get("game", {})) == {"discriminator_steps"}
        ]

    assert steps() == [10], "of 5"
    assert steps({"game": {"discriminator_steps": 1}}) == [2]
    assert steps({"game": {"discriminator_steps": 1}, "training": {"play": "simultaneous"}}) == [], "one step each"


def test_rates_are_told_in_the_order_of_the_players_and_shortly() -> None:
    def first(name: str, kind: str, rates: list[float]) -> dict[str, Any]:
        players = {f"player-{n}": {"name": kind, "lr": rate} for n, rate in enumerate(rates)}
        own = Configuration[OwnSettings](recipe="own", game=OwnSettings(), training={"optimisers": players})
        rates_told: dict[str, Any] = remedies(name, own, lambda changed: True)[0].overrides["training"]["optimisers"]
        return rates_told

    assert list(first("oscillation", "adam", [1e-2, *[1e-4] * 6])) == [f"player-{n}" for n in range(7)]
    assert first("stalled", "rmsprop", [1e-6]) == {"player-0": {"lr": 1e-4}}


def test_what_cured_more_trainings_of_the_benchmark_is_tried_first() -> None:
    uneven = {"generator": {"lr": 1e-4}, "discriminator": {"lr": 1e-2}}
    own = configure("gan", {"game": {"objective": "saturating"}, "training": {"optimisers": uneven}})
    whys = [remedy.why for remedy in remedies("strong-discriminator", own, lambda changed: True)]
    found = [next(place for place, why in enumerate(whys) if word in why) for word in ("R1 and R2", "moves", "vanish")]
    assert found == [0, 1, 2]


def test_copies_of_a_few_samples_are_a_collapse_however_far_apart_these_are() -> None:
    lines = bent(20, diversity=0.6, duplicates=0.95)
    assert [each.name for each in diagnose(lines)] == ["collapse"]


def test_copies_that_come_nearer_to_the_data_are_a_beginning() -> None:
    lines = bent(0, duplicates=0.95)
    for place, line in enumerate(lines):
        line["remoteness"] = 20 * 0.97**place
    for end in range(1, len(lines) + 1):
        assert diagnose(lines[:end]) == [], end


@pytest.mark.parametrize("name", ["strong-discriminator", "collapse"])
def test_what_only_comes_back_to_where_it_was_does_not_learn(name: str) -> None:
    """Fakes that wander away from the data and back again are no nearer than they were."""
    bends = {"strong-discriminator": {"ranking": 1.0, "jsd_bound": 0.69}, "collapse": {"duplicates": 0.95}}
    lines = bent(10, **bends[name])
    for place, line in enumerate(lines):
        line["remoteness"] = 20 * (1 + 0.9 * abs(np.sin(place / 12)))
    for end in range(30, 61):
        assert name in [each.name for each in diagnose(lines[:end])], end
