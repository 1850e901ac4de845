"""How fast a DCGAN-64 step is, against the plain eager fp32 loop that does the same network evaluations."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import median

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.plain_loop import PlainLoop
from benchmarks.report import print_table
from ganworks.config import DataSettings
from ganworks.data.batches import batches, to_unit_range
from ganworks.data.open import open_samples
from ganworks.games.game import Game
from ganworks.launch import fresh_game
from ganworks.recipes import configure
from ganworks.training.compilation import compile_networks
from ganworks.training.hardware import available_cores, is_bf16_native, resolve
from ganworks.training.trainer import Trainer

PLAIN = "plain eager fp32"


def ours(size: int, batch: int, width: int, precision: str, compiled: bool = False) -> Trainer:
    """A trainer of the dcgan recipe on random colour images."""
    player = {"name": "dcgan", "width": width}
    tree = {
        "training": {"batch_size": batch, "precision": precision},
        "game": {"generator": player, "discriminator": player},
    }
    configuration = configure("dcgan", tree)
    images = np.random.default_rng(0).integers(0, 256, (16 * batch, 3, size, size), dtype=np.uint8)
    samples = open_samples(DataSettings(), source=images)
    settings = resolve(configuration.training, of_images=True)
    game = fresh_game(configuration, samples.spec)

    def trainer_of(game: Game) -> Trainer:
        return Trainer(game, settings, lambda start: batches(samples, batch, 0, start=start))

    if compiled and (trouble := compile_networks(game, lambda trial: trainer_of(trial).step())):
        raise SystemExit(f"not compiled: {trouble}")
    return trainer_of(game)


def seconds_of(step: Callable[[], object], steps: int) -> float:
    began = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - began) / steps


def matmul_peak(dtype: torch.dtype, side: int = 2048) -> float:
    """The best measured FLOP/s of a square matrix product, by either of torch's two libraries for it."""
    a, b = torch.randn(side, side, dtype=dtype), torch.randn(side, side, dtype=dtype)
    pixels = a.t().reshape(1, side, side, 1).contiguous(memory_format=torch.channels_last)
    products = lambda: a @ b, lambda: torch.conv2d(pixels, b[:, :, None, None])
    return 2 * side**3 / min(seconds_of(product, 1) for product in products for _ in range(10))


def step_of(name: str, size: int, batch: int, width: int) -> Callable[[], object]:
    """One step of the contestant called `name`."""
    torch.set_num_threads(available_cores())
    torch.manual_seed(0)
    if name == PLAIN:
        real = to_unit_range(torch.randint(0, 256, (batch, 3, size, size), dtype=torch.uint8))
        loop = PlainLoop(size, 3, width=width)
        return lambda: loop.step(real)
    _, precision, *compiled = name.split()
    return ours(size, batch, width, precision, bool(compiled)).step


def serve(orders: Connection, name: str, size: int, batch: int, width: int) -> None:
    """Time as many steps as each order asks for; nothing of one contestant's process is felt by another."""
    step = step_of(name, size, batch, width)
    while steps := orders.recv():
        orders.send(seconds_of(step, steps))


@contextmanager
def contestant(name: str, size: int, batch: int, width: int) -> Iterator[Callable[[int], float]]:
    """The seconds of a step, mean over as many as asked for, in a process of its own."""
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=serve, args=(there, name, size, batch, width), daemon=True)
    process.start()
    there.close()

    def ask(steps: int) -> float:
        here.send(steps)
        seconds: float = here.recv()
        return seconds

    yield ask
    here.send(0)
    process.join()


def flops_of_a_step(size: int, batch: int, width: int) -> float:
    """What the plain loop computes."""
    step = step_of(PLAIN, size, batch, width)
    with FlopCounterMode(display=False) as counter:
        step()
    return counter.get_total_flops()


def measure(
    size: int, batch: int, width: int, rounds: int, steps: int, compiled: bool
) -> list[tuple[str, float, float, float]]:
    """Rows of name, img/s, ratio to the plain loop (median over rounds, alternating), share of the matmul peak."""
    precisions = ["fp32", *(["bf16"] if is_bf16_native(torch.device("cpu")) else [])]
    endings = ["", " compiled"] if compiled else [""]
    names = [PLAIN, *(f"ganworks {precision}{ending}" for precision in precisions for ending in endings)]
    flops = flops_of_a_step(size, batch, width)
    times: dict[str, list[float]] = {name: [] for name in names}
    with ExitStack() as stack:
        asked = {name: stack.enter_context(contestant(name, size, batch, width)) for name in names}
        for ask in asked.values():
            ask(2)
        for _ in range(rounds):
            for name, ask in asked.items():
                times[name].append(ask(steps))
    torch.set_num_threads(available_cores())
    peaks = {"fp32": matmul_peak(torch.float32), "bf16": matmul_peak(torch.bfloat16)}
    rows = []
    for name, measured in times.items():
        ratio = median(p / t for p, t in zip(times[PLAIN], measured, strict=True))
        peak = peaks["bf16" if "bf16" in name else "fp32"]
        rows.append((name, batch / median(measured), ratio, flops / median(measured) / peak))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--compiled", action="store_true", help="measure torch.compile too")
    options = parser.parse_args()
    rows = measure(64, 64, 64, options.rounds, options.steps, options.compiled)
    print_table(
        "Training speed, DCGAN-64 (z 100, width 64, batch 64)",
        ["loop", "img/s", "× plain", "share of matmul peak"],
        [(name, f"{speed:.0f}", f"{ratio:.2f}", f"{share:.0%}") for name, speed, ratio, share in rows],
        f"Medians of {options.rounds} alternating rounds of {options.steps} steps, each contestant in a process of its"
        " own; ratios paired by round. FLOPs are the plain loop's; the peak is that of a 2048³ matrix product.",
    )


if __name__ == "__main__":
    main()
