"""Whether two trainings are the same, bit for bit."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from ganworks.training.checkpoints import load_newest


def silent(message: str) -> None:
    raise AssertionError(message)


def identical(one: dict[str, Tensor], other: dict[str, Tensor]) -> None:
    assert one.keys() == other.keys()
    for name, tensor in one.items():
        assert tensor.dtype == other[name].dtype
        assert torch.equal(tensor, other[name]), name


def same_ends(one: Path, other: Path) -> None:
    (step, tensors), (other_step, others) = (load_newest(run / "checkpoints", silent) for run in (one, other))
    assert step == other_step
    identical(tensors, others)
