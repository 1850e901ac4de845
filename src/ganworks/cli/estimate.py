"""What a training would be and cost, measured in memory on a few of its steps."""

from __future__ import annotations

import resource
import sys
import time
from typing import Any

import torch

from ganworks.cli.screen import facts, is_watched, say, warn
from ganworks.config import Configuration
from ganworks.data.open import open_samples
from ganworks.launch import assemble
from ganworks.networks.guidelines import parameters
from ganworks.training.trainer import Trainer
from ganworks.tree import write

WARM_UP, MOST_STEPS, MOST_SECONDS = 2, 20, 5.0


def print_estimate(configuration: Configuration[Any]) -> None:
    """Print the resolved configuration, sizes, and the time and memory of the whole training."""
    samples = open_samples(configuration.data, progress=is_watched())
    trainer, configuration = assemble(configuration, samples, say=warn)
    seconds, steps = step_seconds(trainer)
    training = configuration.training
    planned = training.steps or int((training.duration or 0) / seconds)
    where = f"measured over {steps} steps on {training.device}"
    say(write(configuration.model_dump(mode="json")))
    facts(
        [
            *((name, f"{count:,} parameters") for name, count in sizes(trainer.game).items() if count),
            ("memory", f"{gigabytes(trainer.device):.2f} GB for the whole process, {where}"),
            ("speed", f"{training.batch_size / seconds:.0f} img/s ({seconds * 1e3:.1f} ms a step), {where}"),
            ("time", f"{clock(planned * seconds)} for {planned:,} steps"),
        ]
    )
    say("nothing was trained or written")


def step_seconds(trainer: Trainer) -> tuple[float, int]:
    """The time of a step, and over how many it was measured."""
    for _ in range(WARM_UP):
        trainer.step()
    trainer.losses()  # waits for the device
    began, steps = time.perf_counter(), 0
    while steps < MOST_STEPS and time.perf_counter() - began < MOST_SECONDS:
        trainer.step()
        steps += 1
    trainer.losses()
    return (time.perf_counter() - began) / steps, steps


def gigabytes(device: torch.device) -> float:
    """The most memory that the training has held so far."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 1e9
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9


def sizes(game: torch.nn.Module) -> dict[str, int]:
    """How many parameters each part of a game has."""
    return {name: parameters(part) for name, part in game.named_children()}


def clock(seconds: float) -> str:
    """Seconds as h:mm:ss."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
