"""A training from its first step to its last, with everything that is written on the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from signal import Signals
from typing import Protocol

from torch import Tensor

from ganworks.config import RecordSettings, TrainingSettings
from ganworks.doctor.diagnosing import diagnose
from ganworks.doctor.diagnosis import Diagnosed
from ganworks.doctor.probe import Line, Probe, rounded
from ganworks.errors import GanworksError
from ganworks.games.game import Game
from ganworks.games.generation import generate
from ganworks.games.translation import compared
from ganworks.networks.evaluating import evaluating
from ganworks.record.grid import beside, picture, save_picture
from ganworks.record.run_directory import RunDirectory
from ganworks.scores.evaluation.history import TRAINING, append
from ganworks.scores.evaluation.judge import Judge
from ganworks.scores.evaluation.ranking import ranked
from ganworks.training.best import is_best, keep_best
from ganworks.training.checkpoints import checkpoints, save_checkpoint, step_of
from ganworks.training.health import keep_healthy
from ganworks.training.interruption import Interruption
from ganworks.training.processes import any_of, rank, world
from ganworks.training.trainer import Trainer
from ganworks.training.window import DivergenceError

AGREE_EVERY = 10
"""Steps between the moments at which several processes agree whether to stop."""
EVERY_LINE = 100
"""Lines of signals up to which the doctor, who looks at all of them, does so at each; later less often, so that a long
training does not become slower."""


class Watcher(Protocol):
    """Somebody who looks on: a progress bar, an event writer."""

    def watch(self, step: int, metrics: dict[str, float]) -> None: ...

    def alarm(self, step: int, found: Diagnosed) -> None: ...


@dataclass(frozen=True)
class Outcome:
    """How a session ended: after which step, how fast, and whether a signal or the doctor stopped it."""

    step: int
    images_per_second: float
    stopped_by: Signals | None = None
    failing: Diagnosed | None = None


class Session:
    """One training run: the trainer, its record and whoever looks on."""

    def __init__(
        self,
        trainer: Trainer,
        training: TrainingSettings,
        record: RecordSettings,
        run: RunDirectory,
        watchers: list[Watcher],
        judge: Judge | None = None,
        probe: Probe | None = None,
    ) -> None:
        self.trainer, self.training, self.record, self.run = trainer, training, record, run
        self.watchers = watchers if rank() == 0 else []
        self.judge = judge
        self.probe = probe
        self.lines: list[Line] = run.read_signals() if probe is not None else []
        self.found: list[Diagnosed] = []
        self.told: set[str] = set()
        self.failing: Diagnosed | None = None
        self.scoring = 0.0
        self.scored: dict[str, float] = {}
        self.logged = (trainer.step_count, self.clock())

    def clock(self) -> float:
        """Seconds, less those that were spent on scores."""
        return time.monotonic() - self.scoring

    def play(self, began: float | None = None) -> Outcome:
        """Play until the steps or the duration since `began` (now) are over or a signal asks to stop; leave a
        checkpoint.
        """
        trainer, first, clock = self.trainer, self.trainer.step_count, self.clock()
        began = time.monotonic() if began is None else began
        self.mark("running")
        if first == 0:
            self.save_samples()
        try:
            with Interruption() as interruption:
                while not self.is_over(began, interruption):
                    self.step()
                    step = trainer.step_count
                    if self.record.evaluate_every is not None and step % self.record.evaluate_every == 0:
                        self.evaluate()
                    if step % self.record.log_every == 0:
                        self.log()
                    if step % self.record.sample_every == 0:
                        self.save_samples()
                    # Last, so that whatever a kill cuts off is done again from the checkpoint before.
                    if step % self.record.checkpoint_every == 0:
                        self.save()
                seconds = self.clock() - clock
                self.save_samples()
                self.save()
        except DivergenceError as error:
            told = error.advised(self.way_out())
            self.mark_failed(str(told), {"step": trainer.step_count, "not_finite": error.step})
            raise told from None
        except BaseException as error:
            self.mark_failed(str(error) or type(error).__name__)
            raise
        stopped = interruption.signal is not None or self.failing is not None
        cause = {} if self.failing is None else {"reason": f"{self.failing.name} since step {self.failing.since}"}
        self.mark("stopped" if stopped else "finished", **cause)
        images = (trainer.step_count - first) * self.training.batch_size
        return Outcome(trainer.step_count, images / max(seconds, 1e-9), interruption.signal, self.failing)

    def mark_failed(self, reason: str, line: Line | None = None) -> None:
        """Note why, and what the doctor has to know of it; a disk too full for that must not hide the failure."""
        with suppress(GanworksError):
            self.mark("failed", reason=reason)
            if line is not None and self.probe is not None:
                self.run.log_signals(line)

    def way_out(self) -> str:
        """What is left of a training that diverged, and who knows what helps."""
        newest = next(iter(checkpoints(self.run.checkpoints)), None)
        left = (
            "no checkpoint was written yet" if newest is None else f"its checkpoint of step {step_of(newest)} is kept"
        )
        if self.probe is None:
            return f"{left}: train with lower learning rates, or with training.precision fp32"
        return f"{left}: `ganworks doctor {self.run.path}` says what helps"

    def step(self) -> None:
        """Play a round, and look at it when that is due."""
        trainer, every = self.trainer, self.record.signals_every
        if self.probe is None or every is None or (trainer.step_count + 1) % every:
            trainer.step()
            return
        self.probe.prepare(trainer.turns)
        judged: dict[str, Tensor] = {}
        rates = {f"{turn.name}/rate": rounded(trainer.rate_factor(turn.name)) for turn in trainer.turns}
        trainer.step(judged)
        seen = self.probe.look(judged, trainer.step_count, trainer.window.newest())
        line: Line = {**seen, **rates, **self.scored}
        self.scored = {}
        self.run.log_signals(line)
        self.lines.append(line)
        self.examine()

    def examine(self) -> None:
        """Ask the doctor; say what is new, and note what the training is to be stopped for."""
        if len(self.lines) % (1 + len(self.lines) // EVERY_LINE):
            return
        self.found = [found for found in diagnose(self.lines) if found.severity == "failing"]
        for found in self.found:
            if found.name not in self.told:
                self.told.add(found.name)
                for watcher in self.watchers:
                    watcher.alarm(self.trainer.step_count, found)
        if self.found and self.training.on_failure != "warn":
            self.failing = self.found[0]

    def is_over(self, began: float, interruption: Interruption) -> bool:
        """Whether to stop before the next step, decided alike in every process."""
        step = self.trainer.step_count
        if self.training.steps is not None and step >= self.training.steps:
            return True
        asked = interruption.signal is not None or self.failing is not None
        if self.training.duration is not None:
            asked = asked or time.monotonic() - began >= self.training.duration
        if world() == 1:
            return asked
        return step % AGREE_EVERY == 0 and any_of(asked, self.trainer.device)

    def log(self, scores: Callable[[], dict[str, float]] = dict) -> None:
        """Write the mean losses since the last line, the speed, and scores that are taken if no loss is NaN."""
        step, now = self.trainer.step_count, self.clock()
        losses = self.trainer.losses()
        last_step, then = self.logged
        if not losses:
            return
        losses |= scores()
        speed = (step - last_step) * self.training.batch_size / max(now - then, 1e-9)
        self.logged = (step, now)
        if rank() == 0:
            self.run.log({"step": step, "images_per_second": round(speed, 1), **losses})
        for watcher in self.watchers:
            watcher.watch(step, {"images_per_second": speed, **losses})

    def save(self) -> None:
        """Write a checkpoint, unless something in it is not a number."""
        trainer = self.trainer
        self.log()
        trainer.average.refresh(trainer.game, self.training.seed)
        state = trainer.state()
        if rank() == 0:
            save_checkpoint(self.run.checkpoints, trainer.step_count, state, self.record.keep)
            self.mark("running")
            if self.training.on_failure == "remedy" and not self.found:
                keep_healthy(self.run)

    def evaluate(self) -> None:
        """Score the averaged generator, and keep its checkpoint if it was never better."""
        self.log(self.scores)
        step = self.trainer.step_count
        if any_of(rank() == 0 and is_best(self.run, step), self.trainer.device):
            self.save()
            if rank() == 0:
                keep_best(self.run)

    def scores(self) -> dict[str, float]:
        """The score that ranks the averaged generator's samples; all scores go to the run's `scores.jsonl`."""
        if self.judge is None:
            return {}
        began = time.monotonic()
        step, seed = self.trainer.step_count, self.training.seed
        with self.averaged() as game:
            values = self.judge.of_game(game, seed)
        append(self.run.path, self.judge.line(step, seed, values, TRAINING))
        self.scoring += time.monotonic() - began
        self.scored = dict([ranked(values)])
        return self.scored

    def save_samples(self) -> None:
        """Write a grid of the averaged generator's samples at fixed latents, unless a loss is not a number.

        Beside it, of a game that translates, a comparison of some inputs with what becomes of them.
        """
        self.log()
        if rank() != 0:
            return
        with self.averaged() as game:
            samples = generate(game, self.record.samples, seed=self.training.seed)
            columns = compared(game, seed=self.training.seed)
        name = f"{self.trainer.step_count:08d}.png"
        save_picture(picture(samples), self.run.samples / name)
        if columns:
            save_picture(beside(columns), self.run.comparisons / name)

    @contextmanager
    def averaged(self) -> Iterator[Game]:
        """The game in eval mode with its averaged weights, as it would be exported now."""
        trainer = self.trainer
        trainer.average.refresh(trainer.game, self.training.seed)
        with trainer.average.in_place_of(trainer.game) as game, evaluating(game):
            yield game

    def mark(self, state: str, **facts: str) -> None:
        if rank() == 0:
            self.run.mark(state, self.trainer.step_count, **facts)
