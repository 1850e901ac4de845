"""What the trainer costs beyond a bare loop that plays the same game with the same networks and settings."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import nullcontext
from statistics import median

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import softplus

from benchmarks.report import print_table
from benchmarks.train_speed import seconds_of
from ganworks.config import Configuration
from ganworks.data.batches import Batch, batches
from ganworks.data.open import open_samples
from ganworks.launch import fresh_game
from ganworks.recipes import configure
from ganworks.training.hardware import available_cores, resolve
from ganworks.training.trainer import Trainer

LOG_EVERY = 50


def bare_loop(configuration: Configuration, spec: object, real: Tensor, precision: str) -> Callable[[], None]:  # type: ignore[type-arg]
    """One non-saturating step by hand: shared fakes, fused Adam, average of G; nothing recorded, seeded or checked."""
    game = fresh_game(configuration, spec)  # type: ignore[arg-type]
    if real.dim() == 4:
        game.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        real = real.contiguous(memory_format=torch.channels_last)
    g, d = game.generator, game.discriminator
    mean = [p.detach().clone() for p in g.parameters()]
    weights = list(g.parameters())
    adam_g = torch.optim.Adam(g.parameters(), 2e-4, (0.5, 0.999), fused=True)
    adam_d = torch.optim.Adam(d.parameters(), 2e-4, (0.5, 0.999), fused=True)
    size = configuration.game.latent.size

    def cast() -> object:
        return torch.autocast("cpu", torch.bfloat16) if precision == "bf16" else nullcontext()

    def step() -> None:
        d.requires_grad_(True)
        adam_d.zero_grad()
        with cast():  # type: ignore[attr-defined]
            fake = g(torch.randn(len(real), size)).float()
            loss = softplus(-d(real).float()).mean() + softplus(d(fake.detach()).float()).mean()
        loss.backward()
        adam_d.step()
        d.requires_grad_(False)
        adam_g.zero_grad()
        with cast():  # type: ignore[attr-defined]
            loss = softplus(-d(fake).float()).mean()
        loss.backward()
        adam_g.step()
        with torch.no_grad():
            torch._foreach_lerp_(mean, weights, 0.001)

    return step


def trainer_loop(configuration: Configuration, samples: object) -> Callable[[], None]:  # type: ignore[type-arg]
    """The trainer's step with its batches, and its losses read as often as a run logs them."""
    training = resolve(configuration.training, of_images=len(samples.spec.shape) == 3)  # type: ignore[attr-defined]

    def stream(start: int) -> object:
        return batches(samples, training.batch_size, 0, start=start)  # type: ignore[arg-type]

    trainer = Trainer(fresh_game(configuration, samples.spec), training, stream)  # type: ignore[arg-type, attr-defined]

    def step() -> None:
        trainer.step()
        if trainer.step_count % LOG_EVERY == 0:
            trainer.losses()

    return step


def compare(recipe: str, source: object, tree: dict[str, object], rounds: int, steps: int) -> tuple[float, float]:
    """Milliseconds of a bare step, and the trainer's overhead (median of alternating rounds)."""
    configuration = configure(recipe, tree)
    samples = open_samples(configuration.data, source=source)
    batch: Batch = next(batches(samples, configuration.training.batch_size, 0))
    from ganworks.data.batches import to_unit_range

    real = to_unit_range(batch.values)
    bare = bare_loop(configuration, samples.spec, real, configuration.training.precision)
    ours = trainer_loop(configuration, samples)
    for step in (bare, ours):
        seconds_of(step, max(2, steps // 10))
    pairs = [(seconds_of(bare, steps), seconds_of(ours, steps)) for _ in range(rounds)]
    return 1e3 * median(b for b, _ in pairs), median(o / b for b, o in pairs) - 1


def cases(rounds: int, scale: float = 1.0, width: int = 64) -> list[tuple[str, float, float, float]]:
    """Rows of case, bare ms, overhead, and the mark it must stay under."""
    images = np.random.default_rng(0).integers(0, 256, (1024, 32, 32), dtype=np.uint8)
    training = {"batch_size": 64, "precision": "fp32"}
    mlp = {"name": "mlp", "hidden": (128, 128)}
    toy = {
        "data": {"source": "ring"},
        "game": {"generator": mlp, "discriminator": mlp, "latent": {"size": 16}},
        "training": {"batch_size": 256, "precision": "fp32", "threads": 1},
    }
    rows = []
    torch.set_num_threads(available_cores())
    for precision in ("fp32", "bf16"):
        player = {"name": "dcgan", "width": width}
        game = {"generator": player, "discriminator": player}
        tree = {"game": game, "training": {**training, "precision": precision}}
        result = compare("dcgan", images, tree, rounds, max(2, int(20 * scale)))
        rows.append((f"dcgan 32×32, batch 64, {precision}", *result, 0.03))
    torch.set_num_threads(1)
    rows.append(("2×128 MLP on points, batch 256", *compare("gan", None, toy, rounds, max(10, int(500 * scale))), 0.25))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    options = parser.parse_args()
    print_table(
        "Overhead of the trainer over a bare loop",
        ["case", "bare ms/step", "overhead", "mark"],
        [(name, f"{ms:.2f}", f"{share:+.1%}", f"≤ {mark:.0%}") for name, ms, share, mark in cases(options.rounds)],
        f"Medians of {options.rounds} alternating rounds. The trainer draws batches, seeds its streams and reads losses"
        f" every {LOG_EVERY} steps.",
    )


if __name__ == "__main__":
    main()
