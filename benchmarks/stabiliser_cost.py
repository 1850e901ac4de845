"""What each stabiliser costs of a step of DCGAN-64, and minibatch discrimination of D's turn alone."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from benchmarks.report import print_table
from ganworks.config import DataSettings
from ganworks.data.batches import batches
from ganworks.data.open import open_samples
from ganworks.launch import fresh_game
from ganworks.lookup import names
from ganworks.recipes import configure
from ganworks.training.hardware import resolve
from ganworks.training.trainer import Trainer

SETTINGS: dict[str, dict[str, Any]] = {
    "augmentation": {"probability": "adaptive"},
    "label-smoothing": {"real": (0.8, 1.0)},
    "normalisation": {"kind": "instance", "on": "both"},
}
"""The dearer choice where an option has one."""

Times = dict[str, tuple[float, float]]


def trainer_of(options: dict[str, dict[str, Any]], size: int, batch: int, width: int) -> Trainer:
    """A trainer of the dcgan recipe on random colour images, in fp32."""
    player = {"name": "dcgan", "width": width}
    game = {"generator": player, "discriminator": player, "stabilisers": options}
    configuration = configure("dcgan", {"training": {"batch_size": batch, "precision": "fp32"}, "game": game})
    images = np.random.default_rng(0).integers(0, 256, (4 * batch, 3, size, size), dtype=np.uint8)
    samples = open_samples(DataSettings(), source=images)
    settings = resolve(configuration.training, of_images=True)
    return Trainer(fresh_game(configuration, samples.spec), settings, lambda n: batches(samples, batch, 0, start=n))


def turn_of_d(trainer: Trainer) -> Callable[[], None]:
    """D's turn on a batch that stays, its fakes included."""
    batch = trainer.on_device(next(trainer.open()))

    def play() -> None:
        trainer.differentiate(0, 0, batch, {})
        trainer.move(trainer.turns[0])

    return play


def seconds_of(step: Callable[[], object], steps: int) -> float:
    """Seconds of this process alone, which others on the machine disturb least."""
    began = time.process_time()
    for _ in range(steps):
        step()
    return (time.process_time() - began) / steps


def measure(chosen: tuple[str, ...], size: int, batch: int, width: int, rounds: int, steps: int) -> Times:
    """Least seconds of a step and of D's turn, by stabiliser and without any (""); all take turns in every round."""
    trainers = {"": trainer_of({}, size, batch, width)}
    trainers |= {name: trainer_of({name: SETTINGS.get(name, {})}, size, batch, width) for name in chosen}
    turns = {name: turn_of_d(trainer) for name, trainer in trainers.items()}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in trainers}
    for _ in range(rounds + 1):  # of which the first warms up
        for name, trainer in trainers.items():
            times[name].append((seconds_of(trainer.step, steps), seconds_of(turns[name], steps)))
    best = {name: tuple(min(each) for each in zip(*pairs[1:], strict=True)) for name, pairs in times.items()}
    return best  # type: ignore[return-value]


def last_layer(size: int, batch: int, width: int, rounds: int) -> tuple[float, float]:
    """Least seconds of D's turn, and of its two passes through the last layer with minibatch discrimination in it.

    Small beside the turn, it is lost in the difference of two turns on a machine that others use.
    """
    turn = turn_of_d(trainer_of({}, size, batch, width))
    game = trainer_of({"minibatch-discrimination": {}}, size, batch, width).game
    head = game.discriminator.head.logit.requires_grad_(True)
    features = torch.randn(batch, head[0].project.in_features, requires_grad=True)

    def passes() -> None:
        for _ in range(2):
            head(features).mean().backward()

    pairs = [(seconds_of(turn, 1), seconds_of(passes, 1)) for _ in range(rounds + 1)][1:]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def rows_of(times: Times) -> list[tuple[str, float, float, float, float]]:
    """Name, milliseconds of a step, what it adds to it, milliseconds of D's turn, what it adds to that."""
    step, turn = times[""]
    return [
        (name or "none", 1e3 * own, own / step - 1, 1e3 * of_d, of_d / turn - 1) for name, (own, of_d) in times.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    every = names("ganworks.stabilisers", "stabiliser")
    parser.add_argument("--last-layer", action="store_true", help="of minibatch discrimination, on its own")
    parser.add_argument("--only", nargs="*", default=every, choices=every, metavar="NAME")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--batch", type=int, default=64)
    options = parser.parse_args()
    torch.set_num_threads(1)  # with one thread the time of the process is that of the step
    if options.last_layer:
        turn, passes = last_layer(64, options.batch, 64, options.rounds)
        rows = [(f"{1e3 * turn:.0f}", f"{1e3 * passes:.1f}", f"{passes / turn:.1%}")]
        print_table(
            f"Minibatch discrimination in DCGAN-64, batch {options.batch}, fp32, one thread",
            ["ms/turn of D", "ms in its last layer", "share"],
            rows,
            f"Processor time, least of {options.rounds} rounds.",
        )
        return
    times = measure(tuple(options.only), 64, options.batch, 64, options.rounds, options.steps)
    print_table(
        f"Cost of stabilisers: DCGAN-64, batch {options.batch}, fp32, one thread",
        ["stabiliser", "ms/step", "more", "ms/turn of D", "more"],
        [(name, f"{ms:.0f}", f"{more:+.1%}", f"{of_d:.0f}", f"{d:+.1%}") for name, ms, more, of_d, d in rows_of(times)],
        f"Processor time, least of {options.rounds} rounds in which all take turns, after one to warm up.",
    )


if __name__ == "__main__":
    main()
