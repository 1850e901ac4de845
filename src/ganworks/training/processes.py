"""One process among several: who am I, and averaging gradients without wrapping any network."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module

import torch
from torch import Tensor, distributed, nn


def rank() -> int:
    return distributed.get_rank() if distributed.is_initialized() else 0


def world() -> int:
    return distributed.get_world_size() if distributed.is_initialized() else 1


@contextmanager
def joined(device_type: str) -> Iterator[None]:
    """Join the group that torchrun (or `--devices`) describes in the environment, if there is one."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1 or distributed.is_initialized():
        yield
        return
    # Its functions have the group of the moment they are imported as a default, and so would keep ours: threads of a
    # group that outlives the interpreter abort the process.
    import_module("torch.distributed.nn")
    distributed.init_process_group("nccl" if device_type == "cuda" else "gloo")
    try:
        yield
    finally:
        distributed.destroy_process_group()


@torch.no_grad()
def average_gradients(parameters: Sequence[nn.Parameter]) -> None:
    """Replace every gradient by its mean over the processes, in one flat message."""
    if world() == 1:
        return
    for parameter in parameters:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= world()
    for gradient, mean in zip(gradients, torch.split(flat, [g.numel() for g in gradients]), strict=True):
        gradient.copy_(mean.view(gradient.shape))


def average(values: Tensor) -> Tensor:
    """The mean of a tensor over the processes."""
    if world() == 1:
        return values
    mean = values.clone()
    distributed.all_reduce(mean)
    return mean / world()


@torch.no_grad()
def gathered(rows: Tensor) -> Tensor:
    """The rows of all processes, as many of each, in the order of their ranks."""
    if world() == 1:
        return rows
    everyone = [torch.empty_like(rows, memory_format=torch.contiguous_format) for _ in range(world())]
    distributed.all_gather(everyone, rows.contiguous())
    return torch.cat(everyone)


@torch.no_grad()
def agree(module: nn.Module) -> None:
    """Give every process the parameters and buffers of the first."""
    if world() > 1:
        for tensor in [*module.parameters(), *module.buffers()]:
            distributed.broadcast(tensor.data, 0)


def any_of(flag: bool, device: torch.device) -> bool:
    """Whether the flag is up in any process; a wait, so not for every step."""
    if world() == 1:
        return flag
    shared = torch.tensor(float(flag), device=device)
    distributed.all_reduce(shared, distributed.ReduceOp.MAX)
    return bool(shared)
