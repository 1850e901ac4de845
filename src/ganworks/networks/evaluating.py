"""A network that answers for a while as it will after training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn


@contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """Put a network into eval mode: its running statistics do not learn of what it is shown; then as it was before."""
    mode = network.training
    network.eval()
    try:
        yield
    finally:
        network.train(mode)
