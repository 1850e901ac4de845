"""How much memory a picture takes on its way through a network, known before it is tried."""

from __future__ import annotations

from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, UntypedStorage
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from ganworks.errors import GanworksError
from ganworks.games.tiling import Translate
from ganworks.randomness import seeded


class Peak(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Inside, `bytes` is the most that the tensors made here took at once."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.bytes = 0
        self.alive: WeakKeyDictionary[UntypedStorage, int] = WeakKeyDictionary()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = _storages((args, kwargs))
        made = func(*args, **(kwargs or {}))
        self.alive.update((storage, storage.nbytes()) for storage in _storages(made) - given)
        self.bytes = max(self.bytes, sum(self.alive.values()))
        return made


class Footprint(NamedTuple):
    """Bytes of the activations alive at once while an image is translated whole, without gradients."""

    fixed: float
    per_pixel: float

    def of(self, height: int, width: int) -> int:
        return round(self.fixed + self.per_pixel * height * width)


def footprint(translate: Translate, channels: int, multiple: int = 1, device: torch.device | str = "cpu") -> Footprint:
    """Measured on two small images, for others in proportion to the area; draws nothing that others would have drawn.

    Kernels may need some more for themselves, attention needs more than in proportion.
    """
    side = -(-32 // multiple) * multiple
    with seeded(0, torch.device(device)):
        small, large = (_peak(translate, torch.zeros(1, channels, s, s, device=device)) for s in (side, 2 * side))
    per_pixel = (large - small) / (3 * side**2)
    return Footprint(small - per_pixel * side**2, per_pixel)


def refuse_too_large(needed: int, limit: int, height: int, width: int) -> None:
    """Raises GanworksError where an image of this height and width needs more bytes than the limit."""
    if needed > limit:
        raise GanworksError(
            f"an image of {height}×{width} needs about {needed / 1e9:.1f} GB of memory at once, allowed are"
            f" {limit / 1e9:.1f} GB: this network sees it whole, so make it smaller"
        )


@torch.no_grad()
def _peak(translate: Translate, image: Tensor) -> int:
    peak = Peak()
    with peak:
        translate(image)
    return peak.bytes


def _storages(tree: Any) -> set[UntypedStorage]:
    return {leaf.untyped_storage() for leaf in tree_leaves(tree) if isinstance(leaf, Tensor)}
