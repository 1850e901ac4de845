"""Dropout in the players' hidden layers (Srivastava et al. 2014, JMLR 15; in G as in Isola et al. 2017, section 3.2).

arXiv:1611.07004 keeps it at generation, as its only source of noise; the same seed gives the same sample all the same.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.functional import dropout

from ganworks.errors import UsageError
from ganworks.stabilisers.stabiliser import On, Players, Stabiliser, chosen
from ganworks.stabilisers.surgery import ACTIVATIONS, replace


class LastingDropout(nn.Dropout):
    """Dropout in training, and outside of it too if it is `lasting`."""

    def __init__(self, probability: float, lasting: bool) -> None:
        super().__init__(probability)
        self.lasting = lasting

    def forward(self, values: Tensor) -> Tensor:
        return dropout(values, self.p, self.training or self.lasting)


class Dropout(Stabiliser):
    """x · m / (1 − p), m ~ Bernoulli(1 − p) of x's shape, N×…, after each hidden activation; p = `probability`.

    With `at_generation` samples are drawn with dropout too.
    """

    def __init__(self, probability: float = 0.5, on: On = "generator", at_generation: bool = False) -> None:
        super().__init__()
        if not 0 < probability < 1:
            raise UsageError(f"dropout: probability={probability} must lie between 0 and 1")
        if at_generation and on == "discriminator":
            raise UsageError("dropout: at_generation concerns the generator, and dropout is on the discriminator alone")
        self.probability, self.on, self.at_generation = probability, on, at_generation

    def prepare(self, players: Players) -> None:
        for player, network in chosen(self.on, players):
            lasting = self.at_generation and player == "generator"
            found = replace(
                network,
                ACTIVATIONS,
                lambda layer: nn.Sequential(layer, LastingDropout(self.probability, lasting)),  # noqa: B023
            )
            if not found:
                raise UsageError(f"dropout: the {player} has no hidden activation to follow")


stabiliser = Dropout
