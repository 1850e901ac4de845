"""A network that was trained at one size, on pictures of any: tile by tile where it looks near, else whole."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganworks.games.memory import available_bytes, estimate_bytes, refuse_too_large
from ganworks.games.tiling import Translate, padded, tiled

TILE = 256
AT_ONCE = 32


def at_any_size(network: nn.Module, images: Tensor, through: Translate | None = None) -> Tensor:
    """N×C'×(scale·H)×(scale·W) of N×C×H×W images; `through` is how the network is called, by default by itself.

    A translating network says what it can: `local` and `reach` (it looks no further than so many pixels), `multiple`
    (of both sides), `smallest`, `scale`. One that says nothing sees pictures whole, as they are.
    Raises GanworksError for a picture that a network which sees it whole has no memory for.
    """
    apply = through or network
    smallest, multiple = getattr(network, "smallest", 1), getattr(network, "multiple", 1)
    step = smallest if min(images.shape[2:]) < smallest else multiple
    if getattr(network, "local", False):
        return tiled(apply, images, TILE, network.reach, network.scale, step)  # type: ignore[arg-type]
    height, width = images.shape[2:]
    needed = estimate_bytes(apply, tuple(images.shape[1:]), max(smallest, multiple), images.device)
    limit = available_bytes(images.device)
    refuse_too_large(needed, limit, height, width)
    together = min(AT_ONCE, max(1, limit // max(needed, 1)))
    return torch.cat([padded(apply, part, step) for part in torch.split(images, together)])
