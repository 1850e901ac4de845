"""What in the layout of two players is against the advice of papers; published networks break some of it and work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd

LEARNING = (nn.Linear, _ConvNd, nn.RNNBase)
FEW, PER_SAMPLE, WEAK = 5_000, 2_000, 0.2
"""Of how many samples a set is small, how many parameters of D for each are many, and how small a D beside G is weak.

The default recipe trains well on 3,019 emoji with 916 for each; SNGAN's D has a quarter of G's parameters.
"""


@dataclass(frozen=True)
class Layout:
    """Two players and what they are for.

    Args:
        generator, discriminator: as they are built, with all their options.
        samples: how many there are to learn from.
        largest: the greatest absolute value that the players see.
    """

    generator: nn.Module
    discriminator: nn.Module
    samples: int
    largest: float = 1.0


def notes(game: nn.Module, samples: int, largest: float = 1.0) -> list[str]:
    """One line for each guideline that the generator and discriminator of a game break; none without the two."""
    players = dict(game.named_children())
    if not {"generator", "discriminator"} <= players.keys():
        return []
    layout = Layout(players["generator"], players["discriminator"], samples, largest)
    return [note for lint in LINTS.values() if (note := lint(layout)) is not None]


def uneven_kernels(layout: Layout) -> str | None:
    """Overlaps differ from place to place (Odena et al. 2016, doi:10.23915/distill.00003): in what G's transposed
    convolutions make, and in the gradient that D's strided ones give. A translator's strided ones leave none.
    """
    leave: dict[str, tuple[type[nn.Module], ...]] = {
        "generator": (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d),
        "discriminator": (_ConvNd,),
    }
    found = [
        f"{player}.{name} ({side} by {step})"
        for player, kinds in leave.items()
        for name, layer in leaves(getattr(layout, player))
        if isinstance(layer, _ConvNd) and isinstance(layer, kinds)
        for side, step in set(zip(layer.kernel_size, layer.stride, strict=True))
        if side % step
    ]
    if not found:
        return None
    return f"kernels that their stride does not divide can leave a checkerboard: {listed(found)}"


def pooling(layout: Layout) -> str | None:
    """Strided convolutions learn how to shrink a map (Radford et al. 2016, arXiv:1511.06434, section 3)."""
    found = [name for name, layer in leaves(layout.discriminator) if "Pool" in type(layer).__name__]
    return f"the discriminator pools, where DCGAN has strided convolutions: {listed(found)}" if found else None


def batch_norm_at_the_ends(layout: Layout) -> str | None:
    """It made samples oscillate (Radford et al. 2016, arXiv:1511.06434, section 3)."""
    of_g, of_d = list(leaves(layout.generator)), list(leaves(layout.discriminator))
    last = max((place for place, (_, layer) in enumerate(of_g) if isinstance(layer, LEARNING)), default=len(of_g))
    learning = [place for place, (_, layer) in enumerate(of_d) if isinstance(layer, LEARNING)]
    first = learning[1] if len(learning) > 1 else len(of_d)
    ends = [
        *(f"generator.{name}" for name, layer in of_g[last:] if isinstance(layer, _BatchNorm)),
        *(f"discriminator.{name}" for name, layer in of_d[:first] if isinstance(layer, _BatchNorm)),
    ]
    return f"batch norm at G's output or D's input can make samples oscillate: {listed(ends)}" if ends else None


def out_of_reach(layout: Layout) -> str | None:
    """tanh ends at −1 and 1."""
    ends = [layer for _, layer in leaves(layout.generator) if not isinstance(layer, nn.Identity | nn.Flatten)]
    if not ends or not isinstance(ends[-1], nn.Tanh) or layout.largest <= 1:
        return None
    return f"the generator ends in tanh, but the players see samples up to {layout.largest:.3g}: leave it out"


def weak_discriminator(layout: Layout) -> str | None:
    """D should be deeper or wider than G, which learns from nobody else (Goodfellow 2016, arXiv:1701.00160).

    A translator does: from the truth, or from the way back.
    """
    if is_translator(layout.generator):
        return None
    g, d = parameters(layout.generator), parameters(layout.discriminator)
    if d >= WEAK * g or depth(layout.discriminator) > depth(layout.generator):
        return None
    return f"the discriminator is no deeper than the generator and small beside it: {d:,} parameters of {g:,}"


def large_for_the_data(layout: Layout) -> str | None:
    """D learns few samples by heart (Karras et al. 2020, arXiv:2006.06676, section 2)."""
    d = parameters(layout.discriminator)
    if layout.samples >= FEW or d <= PER_SAMPLE * layout.samples:
        return None
    return (
        f"the discriminator can learn {layout.samples:,} samples by heart with its {d:,} parameters:"
        " a smaller one, or game.stabilisers.augmentation for pictures"
    )


LINTS: dict[str, Callable[[Layout], str | None]] = {
    "kernels": uneven_kernels,
    "pooling": pooling,
    "batch norm": batch_norm_at_the_ends,
    "range": out_of_reach,
    "weak D": weak_discriminator,
    "small data": large_for_the_data,
}


def leaves(network: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Layers without layers of their own, in the order in which they were made; parametrised ones among them."""
    for name, layer in network.named_modules():
        if ".parametrizations" in f".{name}":
            continue
        if all(child == "parametrizations" for child, _ in layer.named_children()):
            yield name, layer


def is_translator(network: nn.Module) -> bool:
    """Whether it makes pictures of pictures, and so says how much larger."""
    return hasattr(network, "scale")


def depth(network: nn.Module) -> int:
    return sum(isinstance(layer, LEARNING) for _, layer in leaves(network))


def parameters(network: nn.Module) -> int:
    return sum(weights.numel() for weights in network.parameters())


def listed(found: list[str]) -> str:
    """The first of them, and how many more there are."""
    return found[0] if len(found) == 1 else f"{found[0]} and {len(found) - 1} more"
