"""How many pictures a second the loader feeds on one core, once they are decoded; and how fast decoding is."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np
import torch
from PIL import Image

from benchmarks.report import print_table
from ganworks.config import DataSettings
from ganworks.data.batches import Batch, batches, to_unit_range
from ganworks.data.open import open_samples
from ganworks.launch import fresh_game
from ganworks.recipes import configure
from ganworks.training.hardware import resolve
from ganworks.training.trainer import Trainer


def photos(folder: Path, count: int, side: int) -> None:
    """JPEG files of smooth noise."""
    random = np.random.default_rng(0)
    for number in range(count):
        small = Image.fromarray(random.integers(0, 256, (side // 8, side // 8, 3), dtype=np.uint8))
        small.resize((side, side)).save(folder / f"{number}.jpg")


def feed_rate(source: object, resolution: int, batch: int, seconds: float) -> float:
    """Pictures a second from the cache to floats in [−1, 1], on one thread; the median of five measurements."""
    torch.set_num_threads(1)
    samples = open_samples(DataSettings(resolution=resolution), source=source)
    stream = batches(samples, batch, 0, mirror=True)
    rates = []
    for _ in range(5):
        began, seen = time.process_time(), 0
        while time.process_time() - began < seconds / 5:
            seen += len(to_unit_range(next(stream).values))
        rates.append(seen / (time.process_time() - began))
    return median(rates)


def waiting_share(source: object, resolution: int, steps: int, width: int = 64) -> float:
    """The share of a DCGAN's training steps, on all cores, that is spent waiting for the next batch."""
    player = {"name": "dcgan", "width": width}
    tree = {
        "data": {"resolution": resolution},
        "game": {"generator": player, "discriminator": player},
        "training": {"batch_size": 64},
    }
    configuration = configure("dcgan", tree)
    samples = open_samples(configuration.data, source=source)
    waited = 0.0

    def stream(start: int) -> Iterator[Batch]:
        nonlocal waited
        inner = batches(samples, 64, 0, start=start)
        while True:
            began = time.perf_counter()
            batch = next(inner)
            waited += time.perf_counter() - began
            yield batch

    trainer = Trainer(fresh_game(configuration, samples.spec), resolve(configuration.training, True), stream)
    for _ in range(2):
        trainer.step()
    trainer.losses()
    waited, began = 0.0, time.perf_counter()
    for _ in range(steps):
        trainer.step()
    trainer.losses()
    return waited / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        photos(Path(folder), 2000, 256)
        for resolution in (32, 64, 128):
            began = time.perf_counter()
            open_samples(DataSettings(resolution=resolution), source=folder)
            decoding = 2000 / (time.perf_counter() - began)
            rate = feed_rate(folder, resolution, 64, options.seconds)
            waited = waiting_share(folder, resolution, 30)
            rows.append((f"{resolution}×{resolution} colour", f"{rate:,.0f}", f"{decoding:,.0f}", f"{waited:.2%}"))
    print_table(
        "Feeding pictures",
        ["pictures", "fed, img/s of one core", "decoded from 256×256 JPEG, img/s, once", "share of a step that waits"],
        rows,
        "Batches of 64, shuffled, half of them mirrored, to floats; process time, so prefetching is counted too."
        " The steps are a DCGAN's of width 64.",
    )


if __name__ == "__main__":
    main()
