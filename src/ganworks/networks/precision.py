"""The least precision that losses and statistics are computed in, whatever the networks run in."""

from __future__ import annotations

import torch
from torch import Tensor


def in_full(output: Tensor) -> Tensor:
    """A network's output in at least fp32."""
    return output.to(torch.promote_types(output.dtype, torch.float32))
