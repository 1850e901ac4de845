"""Train, sample and score the default recipe in minutes."""

from __future__ import annotations

import time
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from ganworks.cli.arguments import Parser, tree_of
from ganworks.cli.ending import finish
from ganworks.cli.known_recipes import default_recipe
from ganworks.cli.screen import is_watched, say, table, watcher

if TYPE_CHECKING:
    from ganworks.scores.score import Values

SETTINGS: dict[str, Any] = {
    "data": {"source": "fashion-10k"},
    "training": {"steps": 3500},
    "record": {"sample_every": 250, "checkpoint_every": 1000, "log_every": 10},
}
SECONDS = 330.0
"""After which the demo ends where its steps, meant for two idle cores, would take longer."""
SAMPLES = 10_000
SEED = 0
"""What is scored: so many samples of this seed."""
COLUMNS = ("score", "start", "end", "real images")


def add(parser: Parser) -> None:
    parser.takes_settings = True
    parser.add_argument("--out", metavar="RUN", help="folder of the run; by default runs/RECIPE-DATA-N")


def run(options: Namespace) -> int:
    from ganworks.api import next_run
    from ganworks.data.open import open_samples
    from ganworks.data.samples import Samples
    from ganworks.launch import fresh_game, launch
    from ganworks.recipes import configure
    from ganworks.record.run_directory import RunDirectory
    from ganworks.runs import load
    from ganworks.scores.evaluation import history
    from ganworks.scores.evaluation.judge import Judge

    began = time.monotonic()
    recipe, tree = default_recipe(), tree_of(options.settings)
    configuration = configure(recipe, SETTINGS, tree)
    run = RunDirectory(options.out) if options.out else next_run(configuration)
    samples = open_samples(configuration.data, progress=is_watched())
    assert isinstance(samples, Samples)
    say(f"1/3  a classifier of {samples.name} to score with (kept for the next time)")
    judge = Judge(samples, SAMPLES)
    prepared = time.monotonic()
    before = judge.of_game(fresh_game(configuration, samples.spec).eval(), SEED)
    left = max(1.0, SECONDS - (prepared - began) - 2 * (time.monotonic() - prepared))
    configuration = configure(recipe, SETTINGS, {"training": {"duration": left}}, tree)
    say(f"2/3  {recipe} on {samples.name}; samples at fixed latents appear in {run.samples}")
    outcome = launch(configuration, run, console=watcher())
    if outcome.stopped_by is not None:
        return finish(run, outcome)
    say(f"3/3  scores of {SAMPLES:,} samples\n")
    after = judge.of_game(load(run.path).game, SEED)
    for step, scores in ((0, before), (outcome.step, after)):
        history.append(run.path, judge.line(step, SEED, scores, "demo"))
    table(COLUMNS, compared(before, after, judge.of(judge.real)), numbers=COLUMNS[1:])
    say("")
    return finish(run, outcome, time.monotonic() - began)


def compared(before: Values, after: Values, real: Values) -> list[tuple[str, ...]]:
    """The scores side by side."""
    every = (before, after, real)
    rows = [
        ("frechet", "Fréchet distance to the real images", ".2f"),
        ("kid", "kernel distance to the real images", ".4f"),
        ("rarest", "share of the rarest class", ".1%"),
        ("confidence", "mean top confidence", ".3f"),
    ]
    return [(title, *(format(scores[name], form) for scores in every)) for name, title, form in rows if name in real]
