"""Which rectifier the players' hidden layers have (DCGAN's are ReLU in G, LeakyReLU 0.2 in D: arXiv:1511.06434)."""

from __future__ import annotations

from typing import Any, Literal

from torch import nn

from ganworks.errors import UsageError
from ganworks.stabilisers.stabiliser import On, Players, Stabiliser, chosen
from ganworks.stabilisers.surgery import ACTIVATIONS, replace


class Activation(Stabiliser):
    """max(x, a·x) after every hidden layer, N×…: a = `slope` (leaky-relu), learnt from it on (prelu), or 0 (relu).

    PReLU (He et al. 2015, arXiv:1502.01852, section 2.1) learns one slope for each layer.
    """

    def __init__(
        self,
        kind: Literal["leaky-relu", "prelu", "relu"] = "leaky-relu",
        slope: float = 0.2,
        on: On = "generator",
    ) -> None:
        super().__init__()
        if not 0 <= slope < 1:
            raise UsageError(f"activation: slope={slope} must be at least 0 and below 1")
        self.kind, self.slope, self.on = kind, slope, on

    def prepare(self, players: Players) -> None:
        for player, network in chosen(self.on, players):
            if not replace(network, ACTIVATIONS, self.rectifier):
                raise UsageError(f"activation: the {player} has no hidden activation to replace")

    def rectifier(self, old: Any) -> nn.Module:
        in_place = bool(getattr(old, "inplace", False))
        match self.kind:
            case "leaky-relu":
                return nn.LeakyReLU(self.slope, in_place)
            case "prelu":
                return nn.PReLU(init=self.slope)
            case "relu":
                return nn.ReLU(in_place)


stabiliser = Activation
