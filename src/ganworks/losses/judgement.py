"""What the discriminator saw and said in one turn; objectives read the logits, penalties differentiate them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Judgement:
    """Samples and their logits.

    Args:
        real, fake: N×… samples; they require grad when a penalty will differentiate with respect to them.
        real_logits, fake_logits: the discriminator's raw outputs, any shape with leading N.
        discriminate: the uncompiled discriminator, since compiled double backward raises.
        uniform: draws one number in [0, 1) per sample (N values), alike on any number of processes.
    """

    real: Tensor
    fake: Tensor
    real_logits: Tensor
    fake_logits: Tensor
    discriminate: Callable[[Tensor], Tensor]
    uniform: Callable[[], Tensor]


def input_gradient(logits: Tensor, samples: Tensor) -> Tensor:
    """∇ₓ of the summed logits, N×D, differentiable itself; always in at least fp32."""
    (gradient,) = torch.autograd.grad(logits.sum(), samples, create_graph=True)
    return gradient.flatten(1)
