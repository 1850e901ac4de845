"""How far every player moves in a step, relative to the size of its weights (about .001 is usual for Adam)."""

from torch import Tensor

from ganworks.doctor.glance import Glance
from ganworks.doctor.signals.gradients import moved


def signals(glance: Glance) -> dict[str, Tensor]:
    return {f"{turn}/update": moved(player) for turn, player in glance.players.items()}
