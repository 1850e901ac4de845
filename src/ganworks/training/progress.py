"""What a person sees of a training: a live line on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import time
import warnings
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from ganworks.doctor.diagnosis import Diagnosed
from ganworks.scores.evaluation.ranking import RANKING
from ganworks.training.window import GRADIENT_NORM

PLAIN_SECONDS = 20.0
"""Pause between lines where there is no terminal."""


class TrainingProgress:
    """Losses, the newest score, img/s and time left; enter it around a session and list it among the watchers."""

    def __init__(self, console: Console, first: int, steps: int | None) -> None:
        self.console, self.steps = console, steps
        self.first, self.began, self.said = first, time.monotonic(), 0.0
        self.score: list[str] = []
        self.alarms: list[str] = []
        columns: list[ProgressColumn] = [
            TextColumn("step {task.completed}" + (f"/{steps}" if steps else "")),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[losses]}"),
            TextColumn("{task.fields[speed]}"),
            TimeElapsedColumn(),
        ]
        if steps:
            columns += [TextColumn("left"), TimeRemainingColumn(elapsed_when_finished=False)]
        self.progress = Progress(*columns, console=console, refresh_per_second=4, speed_estimate_period=120)
        self.task = self.progress.add_task("training", total=steps, completed=first, losses="", speed="")

    def __enter__(self) -> TrainingProgress:
        if self.console.is_terminal:
            self.progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.console.is_terminal:
            self.progress.stop()

    def alarm(self, step: int, found: Diagnosed) -> None:
        """Say what is wrong on a line of its own, and its name on the live line from now on."""
        self.alarms.append(found.name)
        self.console.print(alarmed(step, found), highlight=False)

    def watch(self, step: int, metrics: dict[str, float]) -> None:
        terms = [f"{shortened(name)} {value:.3f}" for name, value in metrics.items() if is_loss(name)]
        self.score = [f"{name} {metrics[name]:.4g}" for name in RANKING if name in metrics] or self.score
        losses = "  ".join([*terms, *self.score, *(f"! {name}" for name in self.alarms)])
        speed = f"{metrics['images_per_second']:.0f} img/s"
        if self.console.is_terminal:
            self.progress.update(self.task, completed=step, losses=losses, speed=speed)
            return
        elapsed = time.monotonic() - self.began
        if elapsed - self.said >= PLAIN_SECONDS or step == self.steps:
            self.said = elapsed
            left = f"  {(self.steps - step) * elapsed / max(1, step - self.first):.0f} s left" if self.steps else ""
            self.console.print(
                f"step {step}{f'/{self.steps}' if self.steps else ''}  {losses}  {speed}{left}",
                highlight=False,
            )


class Warnings:
    """Of a training without a console only what the doctor finds, as Python warnings."""

    def watch(self, step: int, metrics: dict[str, float]) -> None:
        """Losses are no warnings."""

    def alarm(self, step: int, found: Diagnosed) -> None:
        warnings.warn(alarmed(step, found), RuntimeWarning, stacklevel=2)


def alarmed(step: int, found: Diagnosed) -> str:
    return (
        f"step {step}: {found.name} since step {found.since}. {found.meaning}"
        " `ganworks doctor RUN` says what shows it and what helps."
    )


def is_loss(name: str) -> bool:
    return "/" in name and not name.endswith(f"/{GRADIENT_NORM}")


def shortened(name: str) -> str:
    """``discriminator/adversarial`` as ``D``, other terms with their name: ``D r1``."""
    turn, term = name.split("/", 1)
    return turn[0].upper() if term == "adversarial" else f"{turn[0].upper()} {term}"
