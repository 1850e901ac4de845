"""Named random streams: every draw is a function of (seed, stream, where), so nothing of it need be saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

import torch


def stream_seed(seed: int, stream: str, *where: int) -> int:
    """A 63-bit seed for the stream called `stream` at the position `where` (step, turn, play, …)."""
    name = f"{seed}/{stream}/{'/'.join(map(str, where))}".encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big") >> 1


def generator(seed: int, stream: str, *where: int, device: torch.device | str = "cpu") -> torch.Generator:
    """A generator at the start of a named stream."""
    return torch.Generator(device).manual_seed(stream_seed(seed, stream, *where))


@contextmanager
def seeded(value: int, device: torch.device) -> Iterator[None]:
    """Layers draw from a named stream in here; outside, the caller's random state is as it was."""
    own = torch.default_generator
    if device.type == "cuda":
        own = torch.cuda.default_generators[device.index or 0]
    states = [(random, random.get_state()) for random in {torch.default_generator, own}]
    reseed(value, device)
    try:
        yield
    finally:
        for random, state in states:
            random.set_state(state)


def reseed(value: int, device: torch.device) -> None:
    """Seed the default generators that layers such as dropout draw from; a microsecond, unlike torch.manual_seed."""
    torch.default_generator.manual_seed(value)
    if device.type == "cuda":
        torch.cuda.default_generators[device.index or 0].manual_seed(value)
    elif device.type == "mps":
        torch.mps.manual_seed(value)
