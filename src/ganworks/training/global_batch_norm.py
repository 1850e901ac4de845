"""Batch norm over the batch of all processes, so that N processes with B/N samples equal one with B."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.nn.modules.batchnorm import _BatchNorm

from ganworks.stabilisers.virtual_batch_norm import VirtualBatchNorm
from ganworks.training.processes import world


class GlobalBatchNorm(_BatchNorm):
    """The batch norm that a layer becomes among several processes; its parameters, buffers and keys stay.

    Unlike torch's SyncBatchNorm it runs on any device.
    """

    def _check_input_dim(self, maps: Tensor) -> None:
        """Whatever the layer accepted before it accepts now."""

    def forward(self, maps: Tensor) -> Tensor:
        if not self.training:
            return super().forward(maps)
        axes = [axis for axis in range(maps.dim()) if axis != 1]
        seen = maps.to(torch.promote_types(maps.dtype, torch.float32))
        mean = mean_over_processes(seen.mean(axes))
        shape = [1, -1, *[1] * (maps.dim() - 2)]
        centred = seen - mean.view(shape)
        variance = mean_over_processes(centred.square().mean(axes))
        self._follow(mean.detach(), variance.detach(), world() * maps.numel() // maps.shape[1])
        scaled: Tensor = centred * torch.rsqrt(variance + self.eps).view(shape)
        if self.affine:
            scaled = scaled * self.weight.view(shape) + self.bias.view(shape)
        return scaled.to(maps.dtype)

    def _follow(self, mean: Tensor, variance: Tensor, count: int) -> None:
        if self.running_mean is None or self.running_var is None or self.num_batches_tracked is None:
            return
        self.num_batches_tracked.add_(1)
        share = 1 / self.num_batches_tracked if self.momentum is None else self.momentum
        self.running_mean.lerp_(mean, share)
        self.running_var.lerp_(variance * (count / max(1, count - 1)), share)


class _MeanOverProcesses(torch.autograd.Function):
    """Its own gradient: what every process loses by this process's value, averaged."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        shared = values.clone()
        distributed.all_reduce(shared)
        return shared / world()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return mean_over_processes(gradients[0])


def mean_over_processes(values: Tensor) -> Tensor:
    """The mean of a tensor that every process has, differentiable in each."""
    mean: Tensor = _MeanOverProcesses.apply(values)  # type: ignore[no-untyped-call]
    return mean


def share_batch_statistics(game: nn.Module) -> None:
    """Make every batch norm of `game` a global one when there are several processes; a virtual one has no batch."""
    if world() > 1:
        for layer in game.modules():
            if isinstance(layer, _BatchNorm) and not isinstance(layer, nn.SyncBatchNorm | VirtualBatchNorm):
                layer.__class__ = GlobalBatchNorm
