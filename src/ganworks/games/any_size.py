"""A network that was trained at one size, on pictures of any: tile by tile where it looks near, else whole."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm, prod
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from ganworks.games.free_memory import available_bytes
from ganworks.games.memory import Footprint, footprint, refuse_too_large
from ganworks.games.tiling import Translate, padded, tiled
from ganworks.networks.locality import is_local

TILE = 256
AT_ONCE = 32

_measured: WeakKeyDictionary[nn.Module, Footprint] = WeakKeyDictionary()


def at_any_size(
    network: nn.Module, images: Tensor, through: Translate | None = None, then: Sequence[nn.Module] = ()
) -> Tensor:
    """N×C'×(scale·H)×(scale·W) of N×C×H×W images; `through` is how the network is called, by default by itself.

    A translating network says what it can: `local` and `reach` (it looks no further than so many pixels), `grid` (of
    its strides), `multiple` (of both sides), `smallest`, `scale`. One that says nothing sees pictures whole, as they
    are, and so does one that options have given norms of whole pictures, or dropout that stays on.
    `then` are networks of the same size that see in `through` what it made.
    Raises GanworksError for a picture that a network which sees it whole has no memory for.
    """
    apply, networks = through or network, (network, *then)
    smallest = max(getattr(one, "smallest", 1) for one in networks)
    multiple, grid = (lcm(*(getattr(one, name, 1) for one in networks)) for name in ("multiple", "grid"))
    height, width = images.shape[2:]
    step = smallest if min(height, width) < smallest else multiple
    if network not in _measured:  # once: it takes as long as several small pictures
        _measured[network] = footprint(apply, images.shape[1], max(smallest, multiple), images.device)
    limit = available_bytes(images.device)
    if all(map(is_local, networks)):
        reach: int = sum(one.reach for one in networks)  # type: ignore[misc]
        scale: int = prod(one.scale for one in networks)  # type: ignore[misc]
        tile = max(TILE, reach)  # of a smaller one most would be rim
        seen = tile + 2 * reach
        needed = _measured[network].of(min(height, seen), min(width, seen))
        each = parts(images, needed, limit)
        return torch.cat([tiled(apply, part, tile, reach, scale, step, grid) for part in each])
    needed = _measured[network].of(height, width)
    refuse_too_large(needed, limit, height, width)
    return torch.cat([padded(apply, part, step) for part in parts(images, needed, limit)])


def parts(images: Tensor, needed: int, limit: int) -> tuple[Tensor, ...]:
    """N images, of which each needs so many bytes, as many together as the limit allows."""
    return torch.split(images, min(AT_ONCE, max(1, limit // max(needed, 1))))
