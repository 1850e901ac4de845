"""Reading what enters a layer inside a network, without changing the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from torch import Tensor, nn

from ganworks.errors import unknown

Inputs = Mapping[str, Tensor]
"""What entered layers last, by their names in the network."""


@contextmanager
def inputs_of(network: nn.Module, layers: Iterable[str]) -> Iterator[Inputs]:
    """What enters `layers` while the block runs; raises UsageError for a layer that is not there.

    The network must be called without its compiled form.
    """
    inputs: dict[str, Tensor] = {}
    wanted = set(layers)
    # Parametrizations are modules too, but are given weights or nothing.
    known = {name: layer for name, layer in network.named_modules() if "parametrizations" not in name} if wanted else {}
    handles = []
    for name in wanted:
        if name not in known:
            raise unknown("layer of the discriminator", name, [layer for layer in known if layer])

        def keep(layer: nn.Module, given: tuple[Tensor, ...], name: str = name) -> None:
            inputs[name] = given[0]

        handles.append(known[name].register_forward_pre_hook(keep))
    try:
        yield inputs
    finally:
        for handle in handles:
            handle.remove()
