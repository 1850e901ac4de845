"""Virtual batch norm: each sample beside a fixed reference batch (Salimans et al. 2016, section 3.5)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from ganworks.errors import UsageError
from ganworks.networks.precision import in_full
from ganworks.stabilisers.stabiliser import Imagine, Player, Players, Stabiliser, reference
from ganworks.stabilisers.surgery import BATCH_NORMS, replace


class VirtualBatchNorm(_BatchNorm):
    """Normalises by mean and variance of n reference samples and the sample itself, weighted n : 1.

    The first `reference` rows of a batch are the reference, normalised by themselves; with 0, their statistics are
    those that were met last.
    """

    def __init__(self, channels: int, eps: float, size: int, affine: bool = True) -> None:
        super().__init__(channels, eps, affine=affine)
        self.size, self.reference = size, 0

    def _check_input_dim(self, maps: Tensor) -> None:
        """Dense features and maps alike."""

    def forward(self, maps: Tensor) -> Tensor:
        shape = (1, -1, *[1] * (maps.dim() - 2))
        seen = in_full(maps)
        known, samples = seen[: self.reference], seen[self.reference :]
        if self.reference:
            axes = [axis for axis in range(maps.dim()) if axis != 1]
            mean, square = known.mean(axes), known.square().mean(axes)
            self.running_mean, self.running_var = mean.detach(), (square - mean.square()).detach()
        else:
            assert self.running_mean is not None and self.running_var is not None
            mean, square = self.running_mean, self.running_var + self.running_mean.square()
        mean, square = mean.view(shape), square.view(shape)
        space = list(range(2, maps.dim()))
        own = (
            (samples.mean(space, keepdim=True), samples.square().mean(space, keepdim=True))
            if space
            else (samples, samples.square())
        )
        share = 1 / (self.size + 1)
        normal = self._normal(samples, mean.lerp(own[0], share), square.lerp(own[1], share))
        if self.reference:
            normal = torch.cat([self._normal(known, mean, square), normal])
        if self.affine:
            normal = normal * self.weight.view(shape) + self.bias.view(shape)
        return normal.to(maps.dtype)

    def _normal(self, maps: Tensor, mean: Tensor, square: Tensor) -> Tensor:
        return (maps - mean) * torch.rsqrt((square - mean.square()).clamp(min=0) + self.eps)


class VirtualBatchNormalisation(Stabiliser):
    """G's batch norms become virtual, with `size` reference latents that are drawn once.

    The reference passes through G once a step as long as G rests, and with each of its own turns.
    """

    reference_latents: Tensor
    reference_conditions: Tensor | None

    def __init__(self, size: int = 64) -> None:
        super().__init__()
        if size < 2:
            raise UsageError(f"virtual-batch-norm: size={size} must be at least 2")
        self.size, self.known = size, False

    def settle(self, players: Players) -> None:
        latents, conditions = reference("virtual-batch-norm", players, self.size)
        self.register_buffer("reference_latents", latents)
        self.register_buffer("reference_conditions", conditions)
        if not replace(players.generator, BATCH_NORMS, self.virtual):
            raise UsageError("virtual-batch-norm: the generator has no batch norm to replace: leave it out")

    def virtual(self, layer: _BatchNorm) -> VirtualBatchNorm:
        new = VirtualBatchNorm(layer.num_features, layer.eps, self.size, layer.affine)
        if layer.affine:
            new.weight, new.bias = layer.weight, layer.bias
        return new

    def imagining(self, imagine: Imagine, generator: nn.Module) -> Imagine:
        layers = [layer for layer in generator.modules() if isinstance(layer, VirtualBatchNorm)]
        learns = torch.is_grad_enabled() and next(generator.parameters()).requires_grad
        shared = torch.is_grad_enabled() and self.known and not learns
        passes = layers[0].training and not shared
        if not passes:
            return imagine
        self.known = torch.is_grad_enabled()

        def with_reference(latents: Tensor, condition: Tensor | None) -> Tensor:
            latents = torch.cat([self.reference_latents.to(latents), latents])
            if condition is not None and self.reference_conditions is not None:
                condition = torch.cat([self.reference_conditions.to(condition), condition])
            for layer in layers:
                layer.reference = self.size
            try:
                return imagine(latents, condition)[self.size :]
            finally:
                for layer in layers:
                    layer.reference = 0

        return with_reference

    def afterwards(self, player: Player, network: nn.Module) -> None:
        self.known = self.known and player != "generator"


stabiliser = VirtualBatchNormalisation
