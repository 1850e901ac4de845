"""Minibatch discrimination: D sees how close a sample is to its neighbours (Salimans et al. 2016, section 3.2)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganworks.errors import UsageError
from ganworks.networks.precision import in_full
from ganworks.stabilisers.stabiliser import Players, Stabiliser


class Closeness(nn.Module):
    """Features N×F with o(x), N×(F+B), beside them: o(xᵢ)_b = Σⱼ exp(−‖Mᵢ,b − Mⱼ,b‖₁), M = f(x)·T, T of F×B×C."""

    def __init__(self, features: int, kernels: int, dimensions: int) -> None:
        super().__init__()
        self.kernels = kernels
        self.project = nn.Linear(features, kernels * dimensions, bias=False)
        nn.init.normal_(self.project.weight, 0.0, 0.02)

    def forward(self, features: Tensor) -> Tensor:
        points = in_full(self.project(features)).view(len(features), self.kernels, -1).transpose(0, 1)
        closeness = torch.cdist(points, points, p=1).neg().exp().sum(2).T
        return torch.cat([features, closeness.to(features.dtype)], 1)


class MinibatchDiscrimination(Stabiliser):
    """B = `kernels` numbers, from distances in C = `dimensions`, enter D's last dense layer beside its features.

    Real and fake samples are judged in batches of their own, those of one process and accumulated part.
    """

    mixes_samples = True

    def __init__(self, kernels: int = 16, dimensions: int = 16) -> None:
        super().__init__()
        if kernels < 1 or dimensions < 1:
            raise UsageError(
                f"minibatch-discrimination: kernels={kernels} and dimensions={dimensions} must be positive"
            )
        self.kernels, self.dimensions = kernels, dimensions

    def prepare(self, players: Players) -> None:
        parent, name, old = last_dense(players.discriminator)
        new = nn.Linear(old.in_features + self.kernels, old.out_features, old.bias is not None)
        with torch.no_grad():
            new.weight[:, : old.in_features].copy_(old.weight)
            nn.init.normal_(new.weight[:, old.in_features :], 0.0, 0.02)
            if old.bias is not None:
                new.bias.copy_(old.bias)
        setattr(parent, name, nn.Sequential(Closeness(old.in_features, self.kernels, self.dimensions), new))


def last_dense(discriminator: nn.Module) -> tuple[nn.Module, str, nn.Linear]:
    """D's dense layer that gives the one logit, with its parent and its name there."""
    found = [
        (parent, name, layer)
        for parent in discriminator.modules()
        for name, layer in parent.named_children()
        if isinstance(layer, nn.Linear) and layer.out_features == 1
    ]
    if not found:
        raise UsageError("minibatch-discrimination: D ends in no dense layer of one output to stand before")
    return found[-1]


stabiliser = MinibatchDiscrimination
