"""From a configuration to a finished session: data, game, trainer, run directory."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from rich.console import Console

from ganworks.config import Configuration, TrainingSettings
from ganworks.data.batches import Batch, batches
from ganworks.data.hold_out import hold_out
from ganworks.data.open import open_samples
from ganworks.data.samples import DatasetSamples, Samples
from ganworks.data.spec import Spec
from ganworks.doctor.diagnosing import diagnose
from ganworks.doctor.probe import Probe
from ganworks.doctor.reference import reference_of
from ganworks.errors import GanworksError, UsageError
from ganworks.games.game import Game
from ganworks.lookup import supplied
from ganworks.networks.evaluating import evaluating
from ganworks.randomness import reseed, stream_seed
from ganworks.recipes import build_game, configure
from ganworks.record.run_directory import RunDirectory
from ganworks.runs import load
from ganworks.scores.evaluation import history
from ganworks.scores.evaluation.judge import Judge
from ganworks.scores.evaluation.sources import other_split
from ganworks.training.best import keep_best
from ganworks.training.checkpoints import checkpoints, load_newest
from ganworks.training.compilation import compile_networks
from ganworks.training.events import EventWriter
from ganworks.training.hardware import prepare, resolve
from ganworks.training.health import treat, treatments
from ganworks.training.notes import notes, plans
from ganworks.training.processes import joined, rank, world
from ganworks.training.progress import TrainingProgress, Warnings
from ganworks.training.session import Outcome, Session, Watcher
from ganworks.training.spawning import run_in_processes
from ganworks.training.trainer import Trainer
from ganworks.training.window import DivergenceError
from ganworks.tree import Tree, as_options

Say = Callable[[str], None]
EXAMPLES = 64
"""Samples that a game meets before it begins."""


def silent(line: str) -> None:
    """Say nothing."""


def launch(
    configuration: Configuration[Any],
    run: RunDirectory,
    *,
    resume: bool = False,
    source: object | None = None,
    console: Console | None = None,
) -> Outcome:
    """Train into `run`, from scratch or from its newest checkpoint; progress goes to `console` if there is one.

    With `training.on_failure` "remedy", a training that fails is taken back to where it was healthy and goes on with
    what should help, as often as `training.remedies` allows.
    """
    training = configuration.training
    if training.on_failure != "warn" and configuration.record.signals_every is None:
        raise UsageError(f"training.on_failure={training.on_failure} needs signals: set record.signals_every, or warn")
    if training.on_failure != "remedy":
        return play(configuration, run, resume=resume, source=source, console=console)
    if training.devices > 1 or "WORLD_SIZE" in os.environ:
        raise UsageError("training.on_failure=remedy needs one process: leave devices at 1, or choose warn or stop")
    began = time.monotonic()
    while True:
        try:
            outcome = play(configuration, run, resume=resume, source=source, console=console, began=began)
            step, found = outcome.step, outcome.failing
        except DivergenceError:
            if not (alarms := diagnose(run.read_signals())) or len(treatments(run)) >= training.remedies:
                raise
            outcome, step, found = None, int(run.read_signals()[-1]["step"]), alarms[0]
        better = None
        if found and len(treatments(run)) < training.remedies:
            plays = partial(is_playable, spec=Spec.from_dict(run.read_spec()))
            better = treat(run, found, configuration, step, plays)
        if better is None:
            if outcome is None:
                raise GanworksError(f"{run.path}: it diverged and no remedy is left: `ganworks doctor {run.path}`")
            return outcome
        done = treatments(run)[-1]
        begins = f"goes on from step {done['back_to']}" if done["back_to"] else "begins anew"
        (console.print if console else print)(
            f"{done['diagnosis']}: {done['why']}; it {begins} with {as_options(done['overrides'])}"
        )
        configuration, resume = better, True


def play(
    configuration: Configuration[Any],
    run: RunDirectory,
    *,
    resume: bool,
    source: object | None,
    console: Console | None,
    began: float | None = None,
) -> Outcome:
    """One session of a training, in as many processes as it wants; `training.duration` counts from `began`, or now."""
    devices = configuration.training.devices
    if devices > 1 and "WORLD_SIZE" not in os.environ:
        tree = configuration.model_dump(mode="json")
        needed = {name: value for name, value in supplied.items() if repr(name) in repr(tree)}
        outcome: Outcome = run_in_processes(
            devices, launch_one, tree, needed, run.path, resume, source, console is not None
        )
        return outcome
    with ExitStack() as stack:
        stack.enter_context(joined(configuration.training.device))
        if rank() == 0:
            run.acquire()
            stack.callback(leave, run)
        speak: Say = console.print if console else print
        warn = speak if rank() == 0 else silent
        say = warn if console else silent
        # A run that was killed before its first checkpoint is resumed from its first step.
        begun = load_newest(run.checkpoints, warn) if resume and any(checkpoints(run.checkpoints)) else None
        samples = open_samples(configuration.data, source=source, progress=console is not None and console.is_terminal)
        samples, held_out = hold_out(samples, configuration.data.hold_out)
        if resume:
            samples = replace(samples, spec=compared(samples, run, warn))
        trainer, configuration = assemble(configuration, samples, say, fresh=begun is None)
        if begun:
            step, tensors = begun
            steps = configuration.training.steps
            if steps is not None and steps < step:
                raise UsageError(f"{run.path} has already played {step} steps: resume it with more than {steps}")
            trainer.load_state(tensors, step)
        trainer.open()  # data that cannot fill a batch are refused before anything is written
        judge = judge_of(configuration, samples, trainer.device, console is not None and console.is_terminal)
        if judge is not None and judge.note is not None:
            say(judge.note)
        if resume and rank() == 0:
            run.sweep()
            run.write_configuration(configuration.model_dump(mode="json"))
            run.forget_after(trainer.step_count)
            history.forget_after(run.path, trainer.step_count)
            keep_best(run)
        elif not resume and rank() == 0:
            run.create(configuration.model_dump(mode="json"), samples.spec.to_dict(), facts_of(samples))
        advice = [] if begun else notes(trainer.game, samples)
        for note in (*advice, *plans(configuration.training, trainer.begins[-1])):
            say(f"note: {note}")
        probe = probe_of(configuration, samples, held_out, source, trainer)
        watchers: list[Watcher] = []
        if configuration.record.tensorboard and rank() == 0:
            watchers.append(EventWriter(run.tensorboard))
        if console is not None and rank() == 0:
            steps = configuration.training.steps
            watchers.append(stack.enter_context(TrainingProgress(console, trainer.step_count, steps)))
        else:
            watchers.append(Warnings())
        return Session(trainer, configuration.training, configuration.record, run, watchers, judge, probe).play(began)


def assemble(
    configuration: Configuration[Any],
    samples: Samples | DatasetSamples,
    say: Say = silent,
    fresh: bool = True,
) -> tuple[Trainer, Configuration[Any]]:
    """The trainer at step 0, and the configuration with every `auto` resolved.

    Weights of another run are only fetched for a `fresh` training.
    """
    for note in samples.notes:
        say(note)
    training = resolve(on_own_device(configuration.training), samples.spec.is_image)

    def stream(start: int) -> Iterator[Batch]:
        return batches(
            samples,
            training.batch_size,
            training.seed,
            start=start,
            rank=rank(),
            world=world(),
            mirror=configuration.data.mirror,
            jitter=configuration.data.jitter,
            workers=configuration.data.workers,
        )

    prepare(training)
    game = fresh_game(configuration, samples.spec, training.start_from if fresh else None)
    if fresh:
        game.meet(next(batches(samples, min(EXAMPLES, len(samples)), stream_seed(training.seed, "examples"))))
    if training.compile == "on":
        trouble = compile_networks(game, lambda trial: Trainer(trial, training, stream).rehearse())
        if trouble:
            say(f"not compiled: {trouble}")
            training = training.model_copy(update={"compile": "off"})
    trainer = Trainer(game, training, stream)
    return trainer, configuration.model_copy(update={"training": training})


def judge_of(
    configuration: Configuration[Any], samples: Samples | DatasetSamples, device: torch.device, progress: bool
) -> Judge | None:
    """What scores the training as it goes, in the first process and if that was asked for."""
    record = configuration.record
    if record.evaluate_every is None or rank() != 0:
        return None
    return Judge(samples, record.evaluate_samples, configuration.data.split, device, progress)


def probe_of(
    configuration: Configuration[Any],
    samples: Samples | DatasetSamples,
    held_out: Samples | DatasetSamples | None,
    source: object | None,
    trainer: Trainer,
) -> Probe | None:
    """What looks at the training as it goes, in the first process and unless that is switched off."""
    if configuration.record.signals_every is None or rank() != 0:
        return None
    others = held_out or other_split(configuration.data, source, samples, progress=False)
    judged = configuration.training.batch_size // (configuration.training.accumulate * world())
    reference = reference_of(samples, others, judged, trainer.device)
    return Probe(trainer.game, reference)


def facts_of(samples: Samples | DatasetSamples) -> dict[str, Any]:
    """What a run remembers of its data."""
    return {"name": samples.name, "samples": len(samples), "digest": samples.digest}


def compared(samples: Samples | DatasetSamples, run: RunDirectory, warn: Say) -> Spec:
    """The spec that the run began with; says that its data have changed, or raises UsageError if it cannot go on."""
    spec = Spec.from_dict(run.read_spec())
    if (spec.shape, spec.classes) != (samples.spec.shape, samples.spec.classes):
        raise UsageError(f"{samples.name} no longer has the shape or classes that the run began with")
    before, now = run.read_data(), facts_of(samples)
    if before and before["digest"] != now["digest"]:
        warn(
            f"{samples.name} has changed since the run began ({before['samples']:,} samples then,"
            f" {len(samples):,} now): it goes on with what is there now, and will not end as it would have"
        )
    return spec


def leave(run: RunDirectory) -> None:
    """Release the directory, and remove it if nothing came of the run."""
    if not run.exists():
        Path(run.lock.lock_file).unlink(missing_ok=True)
        with suppress(OSError):
            run.path.rmdir()
    run.release()


def launch_one(
    tree: Tree, objects: dict[str, Any], path: Path, resume: bool, source: object | None, progress: bool
) -> Outcome:
    """`launch` in one of several processes, of which the first shows progress."""
    supplied.update(objects)
    configuration = configure(tree["recipe"], tree)
    console = Console(stderr=True) if progress and os.environ["RANK"] == "0" else None
    return launch(configuration, RunDirectory(path), resume=resume, source=source, console=console)


def fresh_game(configuration: Configuration[Any], spec: Spec, start_from: str | None = None) -> Game:
    """The game with its first weights: random ones, or those of the run `start_from`."""
    seed = configuration.training.seed
    reseed(stream_seed(seed, "weights"), torch.device("cpu"))
    game = build_game(configuration, spec)
    require_shape(game)
    if configuration.data.input is not None and not game.takes_input:
        raise UsageError(f"{configuration.recipe} makes nothing of data.input: leave it out")
    training = configuration.training
    game.allows(training.batch_size, training.accumulate * max(training.devices, world()))
    if start_from:
        transfer(load(start_from).game, game)
    return game


def is_playable(configuration: Configuration[Any], spec: Spec) -> bool:
    """Whether data of `spec` can be trained on as configured; mirroring does nothing for points."""
    if configuration.data.mirror and not spec.is_image:
        return False
    try:
        fresh_game(configuration, spec)
    except UsageError:
        return False
    return True


@torch.no_grad()
def require_shape(game: Game) -> None:
    """Raises UsageError unless the game makes samples that look like its data: not every D would notice."""
    random = torch.Generator()
    with evaluating(game):
        made = game.generate(game.draw_latents(2, random), game.draw_labels(2, random)).shape[1:]
    if made != game.spec.shape:
        shapes = ["×".join(map(str, shape)) for shape in (made, game.spec.shape)]
        raise UsageError(
            f"the generator makes samples of {shapes[0]}, but the data are {shapes[1]}: let it use `shape`"
        )


def transfer(source: Game, target: Game) -> int:
    """Copy every tensor that has the same name and shape in both; raises UsageError when none has."""
    old, new = source.state_dict(), target.state_dict()
    shared = {name: old[name] for name in new if name in old and old[name].shape == new[name].shape}
    if all(tensor.dim() < 2 for tensor in shared.values()):  # a bias alone carries nothing over
        raise UsageError("training.start_from: that run has no weights that fit this recipe's networks")
    target.load_state_dict(shared, strict=False)
    return len(shared)


def on_own_device(training: TrainingSettings) -> TrainingSettings:
    """In one of several processes on GPUs, the settings with the device of this process."""
    if world() > 1 and training.device in ("auto", "cuda") and torch.cuda.is_available():
        return training.model_copy(update={"device": f"cuda:{os.environ.get('LOCAL_RANK', rank())}"})
    return training
