"""Several generators, each for part of the modes (Hoang et al. 2018, ICLR, arXiv:1708.02556, MGAN).

As in the paper they share all layers but the first, and a classifier shares D's layers but the last.
"""

from __future__ import annotations

from copy import deepcopy
from math import inf

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot

from ganworks.errors import UsageError
from ganworks.networks.precision import in_full
from ganworks.stabilisers.stabiliser import Players, Sight, Stabiliser, Terms, reference
from ganworks.stabilisers.surgery import first_weighted


class OneOf(nn.ModuleList):
    """Layers of which the first K numbers of an input N×(K+D)×… choose one: that of the greatest, given the others."""

    def forward(self, given: Tensor) -> Tensor:
        which, rest = given[:, : len(self)], given[:, len(self) :]
        made = torch.stack([layer(rest) for layer in self])
        return made[choice(which), torch.arange(len(given), device=given.device)]


class SeveralGenerators(Stabiliser):
    """K = `count` generators, one of them drawn for each sample; β · CE(C(x), k) in the losses of both players.

    C tells from what enters D's `layer` which of them made x = G_k(z), and learns in D's turn; β = `weight`. The
    choice stands before z as K numbers of which one is 1, so that it is drawn, walked through and kept with z.
    """

    reads_in = ("generator", "discriminator")

    def __init__(self, count: int = 4, weight: float = 0.5, layer: str = "head") -> None:
        super().__init__()
        if count < 2 or not 0 <= weight < inf:
            raise UsageError(
                f"several-generators: count={count} must be at least 2, weight={weight} at least 0 and finite"
            )
        self.count, self.weight, self.reads = count, weight, layer

    def prepare(self, players: Players) -> None:
        if players.judged_shape(players.spec.shape) != players.spec.shape:
            raise UsageError("several-generators: D judges packs of samples, of which none has one generator")
        latents, condition = reference("several-generators", players, 1)
        size = latents.shape[1] - self.count + (0 if condition is None else condition.shape[1])
        found = first_weighted(players.generator)
        if found is None or size not in (getattr(found[2], "in_features", 0), getattr(found[2], "in_channels", 0)):
            raise UsageError(
                f"several-generators: the generator's first layer is no dense or convolutional one of {size} inputs"
            )
        parent, name, layer = found
        setattr(parent, name, OneOf(alike(layer, self.count)))
        self.classifier = nn.Linear(players.features(str(self.reads)), self.count)

    def latents(self, latents: Tensor, random: torch.Generator) -> Tensor:
        drawn = torch.randint(self.count, (len(latents),), generator=random, device=random.device)
        return torch.cat([one_hot(drawn, self.count).to(latents.dtype), latents], 1)

    def terms(self, terms: Terms, sight: Sight) -> Terms:
        assert self.reads is not None
        verdicts = self.classifier(in_full(sight.fake_features[self.reads]).flatten(1))
        made_by = choice(sight.latents[:, : self.count])
        return {**terms, "which_generator": self.weight * cross_entropy(in_full(verdicts), made_by)}


def choice(which: Tensor) -> Tensor:
    """The generators that N×K×… numbers choose."""
    return which.flatten(1).argmax(1)


def alike(layer: nn.Module, count: int) -> list[nn.Module]:
    """`layer` and copies of it, their weights shuffled: drawn from the same distribution, whatever that was."""
    copies = [deepcopy(layer) for _ in range(count - 1)]
    with torch.no_grad():
        for copy in copies:
            for weights in copy.parameters():
                weights.copy_(weights.flatten()[torch.randperm(weights.numel())].view_as(weights))
    return [layer, *copies]


stabiliser = SeveralGenerators
