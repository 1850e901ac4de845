"""Which normalisation the hidden layers have: batch (Ioffe & Szegedy 2015, arXiv:1502.03167), instance (Ulyanov et
al. 2016, arXiv:1607.08022), layer (Ba et al. 2016, arXiv:1607.06450) or none.

It stands where DCGAN has it (Radford et al. 2016, section 3): before hidden activations, but neither at G's output nor
after D's first layer.
"""

from __future__ import annotations

from typing import Literal

from torch import nn

from ganworks.errors import UsageError
from ganworks.stabilisers.stabiliser import On, Player, Players, Stabiliser, chosen
from ganworks.stabilisers.surgery import BATCH_NORMS, INSTANCE_NORMS, WEIGHTED, hidden_activations, replace

Kind = Literal["batch", "instance", "layer", "none"]


class Normalisation(Stabiliser):
    """(x − E x) / √(Var x + ε) · g + b per channel of N×C×…; E and Var over batch and space, space, or a whole sample.

    A network's own normalisations are replaced; one that has none gets them between its hidden layers.
    """

    def __init__(self, kind: Kind = "instance", on: On = "generator") -> None:
        super().__init__()
        self.kind, self.on = kind, on

    def prepare(self, players: Players) -> None:
        for player, network in chosen(self.on, players):
            if not (replace(network, (*BATCH_NORMS, *INSTANCE_NORMS), self.instead) or self.added(player, network)):
                raise UsageError(
                    f"normalisation: the {player} has no normalisation to take out"
                    if self.kind == "none"
                    else f"normalisation: the {player} has no place for it: no hidden layer with an activation after it"
                )

    def instead(self, old: nn.Module) -> nn.Module:
        space = 1 + next(i for i in range(3) if isinstance(old, (BATCH_NORMS[i], INSTANCE_NORMS[i])))
        dense = isinstance(old, nn.BatchNorm1d)  # or a sequence: it does not say
        return self.norm(old.num_features, 0 if dense else space)  # type: ignore[arg-type]

    def added(self, player: Player, network: nn.Module) -> int:
        """Normalise before each hidden activation but that of D's first layer; how many there were."""
        first = next((layer for layer in network.modules() if isinstance(layer, WEIGHTED)), None)
        places = [
            place for place in hidden_activations(network) if not (player == "discriminator" and place[-1] is first)
        ]
        for parent, name, activation, weighted in places if self.kind != "none" else []:
            channels = getattr(weighted, "out_features", None) or weighted.out_channels
            norm = self.norm(channels, weighted.weight.dim() - 2)  # type: ignore[arg-type, operator]
            setattr(parent, name, nn.Sequential(norm, activation))
        return len(places) if self.kind != "none" else 0

    def norm(self, channels: int, space: int) -> nn.Module:
        """For maps of so many axes of space; 0 for dense features."""
        match self.kind:
            case "none":
                return nn.Identity()
            case "layer":
                return nn.GroupNorm(1, channels)
            case "batch":
                return BATCH_NORMS[max(0, space - 1)](channels)
            case "instance":
                if not space:
                    raise UsageError("normalisation: instance norm is over space, which dense layers do not have")
                return INSTANCE_NORMS[space - 1](channels, affine=True)


stabiliser = Normalisation
