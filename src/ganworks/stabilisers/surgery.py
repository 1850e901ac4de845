"""Changing a network that somebody else has built: layers of one kind for others in their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from torch import nn

Kinds = tuple[type[nn.Module], ...]

CONVOLUTIONS: Kinds = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
WEIGHTED: Kinds = (nn.Linear, *CONVOLUTIONS)
INSTANCE_NORMS: Kinds = (nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d)
BATCH_NORMS: Kinds = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
ACTIVATIONS: Kinds = (nn.ReLU, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.SiLU, nn.GELU)


def replace(network: nn.Module, kinds: Kinds, make: Callable[[Any], nn.Module]) -> int:
    """Put `make(layer)` in every place where a layer of `kinds` is; how many there were."""
    found = [
        (parent, name, layer)
        for parent in network.modules()
        for name, layer in parent._modules.items()  # named_children would tell of one place of a shared layer alone
        if isinstance(layer, kinds)
    ]
    for parent, name, layer in found:
        setattr(parent, name, make(layer))
    return len(found)


def first_weighted(network: nn.Module) -> tuple[nn.Module, str, nn.Module] | None:
    """The first layer with weights of its own, with its parent and its name there; None unless one of WEIGHTED."""
    for path, layer in network.named_modules():
        if path and next(layer.parameters(recurse=False), None) is not None:
            parent, _, name = path.rpartition(".")
            return (network.get_submodule(parent), name, layer) if isinstance(layer, WEIGHTED) else None
    return None


def hidden_activations(network: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Module, nn.Module]]:
    """Activations that follow a dense or convolutional layer in a chain: parent, name, activation, that layer."""
    inner = {child for chain in chains(network) for child in chain.children()}
    for chain in chains(network):
        if chain in inner:
            continue
        weighted: nn.Module | None = None
        for parent, name, layer in links(chain):
            if isinstance(layer, ACTIVATIONS) and weighted is not None:
                yield parent, name, layer, weighted
            # A list in a chain stands for layers of which one is chosen.
            one = layer[0] if isinstance(layer, nn.ModuleList) else layer
            if isinstance(one, WEIGHTED):
                weighted = one
            elif isinstance(layer, ACTIVATIONS) or any(layer.children()):
                weighted = None


def chains(network: nn.Module) -> list[nn.Sequential]:
    return [layer for layer in network.modules() if isinstance(layer, nn.Sequential)]


def links(chain: nn.Sequential) -> Iterator[tuple[nn.Module, str, nn.Module]]:
    """What is run in turn, with its parent and its name there; chains within the chain are followed."""
    for name, layer in zip(chain._modules, chain, strict=True):
        if isinstance(layer, nn.Sequential):
            yield from links(layer)
        else:
            yield chain, name, layer
