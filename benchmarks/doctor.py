"""How often the doctor finds and names a failure that was induced, and how often it alarms for nothing.

Only failures that an oracle confirms count: modes that were found and samples near any (points), Fréchet distance
against that of healthy trainings of the same data (images). The doctor sees neither.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial, reduce
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import numpy as np
import torch

import ganworks
from benchmarks.doctor_scenarios import FAILING, HEALTHY, IMAGES, MIXTURES, POINTS, Scenario
from benchmarks.report import cell, digest, print_table
from ganworks.config import DataSettings
from ganworks.data.open import open_samples
from ganworks.doctor.diagnosing import diagnose, remedies
from ganworks.doctor.diagnosis import Remedy
from ganworks.errors import GanworksError
from ganworks.launch import is_playable
from ganworks.recipes import configure, find_recipe
from ganworks.record.run_directory import RunDirectory
from ganworks.runs import Run
from ganworks.training.health import treatments
from ganworks.tree import dotted, merge

Found = TypeVar("Found")
POINTS_DRAWN = 50_000
SCENARIOS = {**FAILING, **HEALTHY}
FAILED_BELOW, HEALTHY_ABOVE = 0.6, 0.8
"""Of the share of modes covered times the share of samples near any; in between a training counts as neither."""
FAILED_ABOVE, HEALTHY_BELOW = 2.0, 1.5
"""Times the median Fréchet distance of healthy trainings of the same recipe and data."""


def settings_of(scenario: Scenario) -> dict[str, Any]:
    return {**(POINTS if scenario.source in MIXTURES else {}), **scenario.settings}


def source_of(scenario: Scenario, seed: int) -> Any:
    """What a training of this seed gets: points, the name of a set, or a few pictures of it."""
    if scenario.source in MIXTURES:
        return MIXTURES[scenario.source].sample(POINTS_DRAWN)[0]
    if scenario.samples is None:
        return scenario.source
    shape = {"resolution": settings_of(scenario)["data.resolution"]}
    opened = open_samples(DataSettings(source=scenario.source, **shape))
    rows = np.random.default_rng(seed).choice(len(opened), scenario.samples, replace=False)
    return opened.values[rows]  # type: ignore[union-attr]


def train(scenario: Scenario, seed: int, scale: float = 1.0, remedy: bool = False) -> dict[str, Any]:
    """Signals of one training, left alone or treated when it fails, and what the oracle says of its end."""
    settings = settings_of(scenario)
    settings["training.steps"] = max(20, int(settings["training.steps"] * scale))
    off = settings["training.steps"]
    settings |= {"record.sample_every": off, "record.checkpoint_every": off, "record.log_every": 50}
    if remedy:
        settings |= {"training.on_failure": "remedy", "record.checkpoint_every": max(1, off // 10)}
    source = source_of(scenario, seed)
    with tempfile.TemporaryDirectory() as folder:
        directory = RunDirectory(Path(folder) / "run")
        run: Run | None = None
        with contextlib.suppress(GanworksError):  # it diverged
            run = ganworks.train(scenario.recipe, source, out=directory.path, seed=seed, settings=settings)
        lines = directory.read_signals()
        said = oracle(run, scenario) if run else {"died": 1.0}
        return {"steps": off, "lines": lines, "oracle": said, "remedies": treatments(directory)}


def oracle(run: Run, scenario: Scenario) -> dict[str, float]:
    """What the doctor does not see: of points `quality`, 1 at best; of images their Fréchet distance."""
    if scenario.source in MIXTURES:
        return {"quality": quality(run.generate(2500, seed=1), scenario.source)}
    shape = {"resolution": IMAGES["data.resolution"]}
    return {"frechet": run.evaluate(scenario.source, scores="frechet", count=1000, settings=shape)["frechet"]}


def quality(points: torch.Tensor, source: str) -> float:
    """The share of modes with a fifth of their fair share, times that of samples within a quarter of their spacing."""
    modes = torch.as_tensor(MIXTURES[source].modes, dtype=torch.float32)
    if not points.isfinite().all():
        return 0.0
    reach = torch.pdist(modes).min() / 4
    distance, mode = torch.cdist(points, modes).min(1)
    near = distance < reach
    counts = torch.bincount(mode[near], minlength=len(modes))
    return float((counts >= len(points) / len(modes) / 5).float().mean() * near.float().mean())


def measured(name: str, seed: int, remedy: bool = False) -> dict[str, Any]:
    torch.set_num_threads(1)
    treated, scenario = "-treated" if remedy else "", SCENARIOS[name]
    trained = [dict(find_recipe(scenario.recipe).settings), settings_of(scenario), scenario.source, scenario.samples]
    return cell("doctor", f"{name}-{seed}{treated}", lambda: train(scenario, seed, remedy=remedy), of=trained)


def offered(name: str, seed: int) -> list[Remedy]:
    """What the doctor would try on a training, by what it says first of it; nothing where it says nothing."""
    if (alarm := first_alarm(measured(name, seed)["lines"])) is None:
        return []
    scenario = SCENARIOS[name]
    tree = reduce(merge, (dotted(*setting) for setting in settings_of(scenario).items()))
    configuration = configure(scenario.recipe, tree)
    samples = open_samples(configuration.data, source=source_of(scenario, seed))
    return remedies(alarm[1], configuration, partial(is_playable, spec=samples.spec))


def tried(name: str, seed: int) -> list[tuple[str, dict[str, Any]]]:
    """What each remedy in turn, from the first step on, makes of a training, by why it should help."""
    torch.set_num_threads(1)
    scenario, found = SCENARIOS[name], []
    for remedy in offered(name, seed):
        changed = replace(scenario, settings={**scenario.settings, **remedy.overrides})
        label = f"{name}-{seed}-with-{digest(remedy.overrides)}"
        found.append((remedy.why, cell("doctor", label, lambda: train(changed, seed), of=settings_of(changed))))  # noqa: B023
    return found


Results = Mapping[tuple[str, int], Mapping[str, Any]]
"""Of trainings, by scenario and seed."""
Alike = tuple[str, str]
"""Recipe and source: trainings of the same are compared."""


def alike(name: str) -> Alike:
    return SCENARIOS[name].recipe, SCENARIOS[name].source


def usual_distances(results: Results) -> dict[Alike, float]:
    """The median Fréchet distance of healthy trainings, by recipe and source."""
    distances: dict[Alike, list[float]] = {}
    for (name, _), result in results.items():
        if name in HEALTHY and "frechet" in result["oracle"]:
            distances.setdefault(alike(name), []).append(result["oracle"]["frechet"])
    return {which: median(values) for which, values in distances.items()}


def verdict(name: str, result: Mapping[str, Any], healthy: Mapping[Alike, float]) -> str | None:
    """ "failed" or "healthy" as the oracle sees it; None where it is neither, or no healthy training is there."""
    found = result["oracle"]
    if "died" in found:
        return "failed"
    if "quality" in found:
        good, bad = found["quality"] > HEALTHY_ABOVE, found["quality"] < FAILED_BELOW
    elif alike(name) not in healthy:
        return None
    else:
        ratio = found["frechet"] / healthy[alike(name)]
        good, bad = ratio < HEALTHY_BELOW, ratio > FAILED_ABOVE
    return "healthy" if good else "failed" if bad else None


def first_alarm(lines: Sequence[Mapping[str, Any]]) -> tuple[int, str] | None:
    """The step at which the doctor would first have said that a training fails, and what it would have said."""
    for end in range(1, len(lines) + 1):
        alarms = [found for found in diagnose(lines[:end]) if found.severity == "failing"]
        if alarms:
            return int(lines[end - 1]["step"]), alarms[0].name
    return None


def rescuable(results: Results, healthy: Mapping[Alike, float]) -> list[tuple[str, int]]:
    """Those of the trainings that failed that were said beforehand to need another configuration alone."""
    return [
        (name, seed)
        for (name, seed), result in results.items()
        if SCENARIOS[name].rescuable and verdict(name, result, healthy) == "failed"
    ]


def is_rescued(name: str, result: Mapping[str, Any], healthy: Mapping[Alike, float]) -> bool:
    """Whether a treated training ends within 1.5 times the score of healthy ones, and not as one that failed."""
    found = result["oracle"]
    if "quality" in found:
        return bool(found["quality"] >= max(FAILED_BELOW, HEALTHY_ABOVE / HEALTHY_BELOW))
    return "frechet" in found and found["frechet"] < HEALTHY_BELOW * healthy[alike(name)]


def report_rescues(part: str, treated: Results, healthy: Mapping[Alike, float]) -> None:
    rows, rescued = [], 0
    for name in dict.fromkeys(name for name, _ in treated):
        ends = [result for (other, _), result in treated.items() if other == name]
        saved = sum(is_rescued(name, result, healthy) for result in ends)
        lines = [line for result in ends for line in result["remedies"]]
        whys = "; ".join(sorted({line["why"] for line in lines}))
        back_to = ", ".join(f"{step:,}" for step in sorted({line["back_to"] for line in lines}))
        rescued += saved
        rows.append([name, len(ends), saved, back_to or "-", whys or "-"])
    print_table(
        f"Trainings that can be rescued, {part} half",
        ["training", "confirmed failures", "rescued", "back to step", "remedies"],
        rows,
        f"Rescued {interval(rescued, len(treated))}: within 1.5 times the healthy score.",
    )


def report_each(
    part: str,
    found: Mapping[tuple[str, int], Sequence[tuple[str, Mapping[str, Any]]]],
    healthy: Mapping[Alike, float],
) -> None:
    """Of each remedy how many of the trainings that failed without it end well with it."""
    ends: dict[tuple[str, str], list[bool]] = {}
    for (name, _), attempts in found.items():
        for why, result in attempts:
            ends.setdefault((name, why), []).append(is_rescued(name, result, healthy))
    print_table(
        f"Each remedy by itself from the first step on, {part} half",
        ["training", "remedy, as offered", "tried on", "ends well"],
        [[name, why, len(each), sum(each)] for (name, why), each in ends.items()],
        "Remedies of what the doctor says first, in its order. Ends well: within 1.5 times the healthy score.",
    )


def interval(hits: int, total: int) -> str:
    """A share in per cent with its Wilson 95 % interval."""
    if not total:
        return "-"
    share, z = hits / total, 1.96
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    reach = z * (share * (1 - share) / total + z**2 / (4 * total**2)) ** 0.5 / (1 + z**2 / total)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return f"{100 * share:.0f} % of {total} ({100 * low:.0f}–{100 * high:.0f})"


def half(name: str, seed: int) -> str:
    return "held out" if SCENARIOS[name].held_out or seed % 2 else "development"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=list(SCENARIOS), choices=list(SCENARIOS), metavar="SCENARIO")
    parser.add_argument("--half", choices=["development", "held out"], nargs="*", default=["development", "held out"])
    parser.add_argument("--remedies", action="store_true", help="train what can be rescued again, with remedies")
    parser.add_argument("--each-remedy", action="store_true", help="train it with each remedy that is offered, too")
    parser.add_argument("--seeds", type=int, help="only so many of each training")
    parser.add_argument("--first", type=int, default=0, help="the first seed: another one gives trainings not seen yet")
    options = parser.parse_args()
    wanted = [
        (name, seed)
        for name in options.only
        for seed in range(options.first, options.first + min(SCENARIOS[name].seeds, options.seeds or 1000))
        if half(name, seed) in options.half
    ]
    with ProcessPoolExecutor(options.jobs, get_context("spawn")) as pool:
        results = dict(zip(wanted, pool.map(measured, *zip(*wanted, strict=True)), strict=True))
        healthy = usual_distances(results)
        to_rescue = rescuable(results, healthy)
        again = pool.map(partial(measured, remedy=True), *zip(*to_rescue, strict=True)) if options.remedies else ()
        treated = dict(zip(to_rescue, again, strict=False))
        attempts = pool.map(tried, *zip(*to_rescue, strict=True)) if options.each_remedy else ()
        with_each = dict(zip(to_rescue, attempts, strict=False))
    for part in options.half:
        report(part, in_half(part, results), healthy)
        if treated:
            report_rescues(part, in_half(part, treated), healthy)
        if with_each:
            report_each(part, in_half(part, with_each), healthy)


def in_half(part: str, found: Mapping[tuple[str, int], Found]) -> Mapping[tuple[str, int], Found]:
    """Of what was found of trainings, by scenario and seed, what belongs to that half."""
    return {(name, seed): one for (name, seed), one in found.items() if half(name, seed) == part}


def report(part: str, results: Results, healthy: Mapping[Alike, float]) -> None:
    rows: list[list[object]] = []
    totals = {"failed": 0, "detected": 0, "named": 0, "fittest": 0, "healthy": 0, "alarms": 0}
    delays: list[float] = []
    for name in dict.fromkeys(name for name, _ in results):
        runs = [(verdict(name, result, healthy), result) for (other, _), result in results.items() if other == name]
        kind = "healthy" if name in HEALTHY else "failed"
        counted = [result for said, result in runs if said == kind]
        alarms = [first_alarm(result["lines"]) for result in counted]
        raised = [(alarm, result) for alarm, result in zip(alarms, counted, strict=True) if alarm]
        said = ", ".join(sorted({alarm[1] for alarm, _ in raised})) or "-"
        totals[kind] += len(counted)
        if kind == "healthy":
            totals["alarms"] += len(raised)
            rows.append([name, f"{len(counted)}/{len(runs)}", f"{len(raised)} alarms", "", "", said])
            continue
        named = sum(alarm[1] in SCENARIOS[name].names for alarm, _ in raised)
        totals["detected"] += len(raised)
        totals["named"] += named
        totals["fittest"] += sum(alarm[1] == SCENARIOS[name].names[0] for alarm, _ in raised)
        # A training that was not noticed counts as noticed at its end.
        late = [alarm[0] / result["steps"] if alarm else 1.0 for alarm, result in zip(alarms, counted, strict=True)]
        delays += late
        rows.append(
            [
                name,
                f"{len(counted)}/{len(runs)}",
                f"{len(raised)} found",
                f"{named} named",
                f"{median(late):.2f}" if late else "",
                said,
            ]
        )
    print_table(
        f"The doctor, {part} half",
        ["training", "confirmed", "alarms", "named", "median share of the budget", "said first"],
        rows,
        f"Detected {interval(totals['detected'], totals['failed'])}, rightly named"
        f" {interval(totals['named'], totals['failed'])}, by the most fitting name alone"
        f" {interval(totals['fittest'], totals['failed'])},"
        f" false alarms {interval(totals['alarms'], totals['healthy'])},"
        f" median detection at {median(delays) if delays else float('nan'):.2f} of the budget."
        " Wilson 95 % intervals; confirmed: those of which an oracle says the same as the induced outcome.",
    )


if __name__ == "__main__":
    main()
