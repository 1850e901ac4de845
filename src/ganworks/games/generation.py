"""Samples that depend on a seed and their own index alone."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from ganworks.data.standard import original
from ganworks.errors import UsageError
from ganworks.games.game import Game
from ganworks.randomness import generator, seeded, stream_seed

CHUNK = 32
"""Sample i is always row i % CHUNK of a full batch, so neither kernels nor dropout masks see how many are asked for."""


@torch.no_grad()
def chunks(
    game: Game,
    count: int,
    seed: int,
    label: int | None = None,
    truncation: float | None = None,
    first: int = 0,
) -> Iterator[Tensor]:
    """Batches that together hold the samples first … first + count − 1 of `seed`, on the game's device."""
    device = next(game.parameters()).device
    for chunk in range(first // CHUNK, -(-(first + count) // CHUNK)):
        random = generator(seed, "generate", chunk)
        latents = game.draw_latents(CHUNK, random, truncation).to(device)
        labels = game.draw_labels(CHUNK, random)
        if label is not None:
            labels = torch.full((CHUNK,), checked_label(game, label))
        with seeded(stream_seed(seed, "generate/layers", chunk), device):
            samples = game.generate(latents, None if labels is None else labels.to(device))
        yield original(samples, game.spec)[max(0, first - chunk * CHUNK) : first + count - chunk * CHUNK]


def generate(
    game: Game,
    count: int,
    seed: int,
    label: int | None = None,
    truncation: float | None = None,
    first: int = 0,
) -> Tensor:
    """count×shape samples on the CPU; sample i is the same whatever `count` and `first`."""
    if count < 1:
        raise UsageError(f"count must be at least 1, not {count}")
    return torch.cat([batch.cpu() for batch in chunks(game, count, seed, label, truncation, first)])


def checked_label(game: Game, label: int | str) -> int:
    """The number `label`, if the game has such a class."""
    classes = len(game.spec.classes)
    if not game.needs_labels:
        raise UsageError("this run has no labels to generate by: train a conditional recipe such as cgan")
    if not 0 <= int(label) < classes:
        raise UsageError(f"label {label} does not exist: the classes are 0 to {classes - 1}")
    return int(label)
