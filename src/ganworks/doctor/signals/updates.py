"""How far every player moves in a step, relative to the size of its weights (about .001 is usual for Adam)."""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.doctor.glance import Glance, Player


def signals(glance: Glance) -> dict[str, Tensor]:
    """`update` of each player: the norm of its change over that of its parameters."""
    return {f"{turn}/update": moved(player) for turn, player in glance.players.items()}


def moved(player: Player) -> Tensor:
    """How far a player's parameters moved in the step, over their norm."""
    after = [weights.detach() for weights in player.parameters]
    distance, size = (
        torch.stack(torch._foreach_norm(tensors)).norm()
        for tensors in (torch._foreach_sub(after, list(player.before)), after)
    )
    share: Tensor = distance / size.clamp(min=1e-12)
    return share
