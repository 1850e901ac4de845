"""How fast a DCGAN-64 step is, against the plain eager fp32 loop that does the same network evaluations."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.plain_loop import PlainLoop
from benchmarks.report import print_table
from ganworks.config import DataSettings
from ganworks.data.batches import batches, to_unit_range
from ganworks.data.open import open_samples
from ganworks.launch import fresh_game
from ganworks.recipes import configure
from ganworks.training.compilation import compile_networks
from ganworks.training.hardware import available_cores, is_bf16_native, resolve
from ganworks.training.trainer import Trainer


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
    if compiled:
        trouble = compile_networks(game, lambda trial: trainer_of(trial).step())
        assert trouble is None, trouble

    def trainer_of(game: object) -> Trainer:
        return Trainer(game, settings, lambda start: batches(samples, batch, 0, start=start), log_every=10**6)  # type: ignore[arg-type]

    return trainer_of(game)


def seconds_of(step: Callable[[], object], steps: int) -> float:
    began = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - began) / steps


def matmul_peak(dtype: torch.dtype, side: int = 2048) -> float:
    """The best measured FLOP/s of a square matrix product."""
    a, b = torch.randn(side, side, dtype=dtype), torch.randn(side, side, dtype=dtype)
    return 2 * side**3 / min(seconds_of(lambda: a @ b, 1) for _ in range(10))


def measure(
    size: int, batch: int, width: int, rounds: int, steps: int, compiled: bool
) -> list[tuple[str, float, float, float]]:
    """Rows of name, img/s, ratio to the plain loop (median over rounds, alternating), share of the matmul peak."""
    torch.set_num_threads(available_cores())
    real = to_unit_range(torch.randint(0, 256, (batch, 3, size, size), dtype=torch.uint8))
    plain = PlainLoop(size, 3, width=width)
    precisions = ["fp32", *(["bf16"] if is_bf16_native(torch.device("cpu")) else [])]
    contestants: dict[str, Callable[[], object]] = {"plain eager fp32": lambda: plain.step(real)}
    for precision in precisions:
        contestants[f"ganworks {precision}"] = ours(size, batch, width, precision).step
        if compiled:
            contestants[f"ganworks {precision} compiled"] = ours(size, batch, width, precision, True).step
    with FlopCounterMode(display=False) as counter:
        plain.step(real)
    flops = counter.get_total_flops()
    for step in contestants.values():
        seconds_of(step, 2)
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, step in contestants.items():
            times[name].append(seconds_of(step, steps))
    peaks = {"fp32": matmul_peak(torch.float32), "bf16": matmul_peak(torch.bfloat16)}
    rows = []
    for name, measured in times.items():
        ratio = median(p / t for p, t in zip(times["plain eager fp32"], measured, strict=True))
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
        f"Medians of {options.rounds} alternating rounds of {options.steps} steps, ratios paired by round;"
        " FLOPs are the plain loop's.",
    )


if __name__ == "__main__":
    main()
