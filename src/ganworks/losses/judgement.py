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
        discriminate: judges other samples in the place of rows 0, every, 2·every, … of the batch; uncompiled, since
            compiled double backward raises.
        uniform: draws one number in [0, 1) per sample (N values), alike on any number of processes.
    """

    real: Tensor
    fake: Tensor
    real_logits: Tensor
    fake_logits: Tensor
    discriminate: Callable[[Tensor, int], Tensor]
    uniform: Callable[[], Tensor]


def zero_centred(judgement: Judgement, samples: Tensor, logits: Tensor, every: int) -> Tensor:
    """E ‖∇ₓ D(x)‖² over every `every`-th of the samples: with 1 all of them, through the logits that are there."""
    if every > 1:
        samples = samples[::every].detach().requires_grad_()
        logits = judgement.discriminate(samples, every)
    return input_gradient(logits, samples).square().sum(1).mean()


def input_gradient(logits: Tensor, samples: Tensor) -> Tensor:
    """∇ₓ of the summed logits, N×D, differentiable itself; always in at least fp32."""
    (gradient,) = torch.autograd.grad(logits.sum(), samples, create_graph=True)
    return gradient.flatten(1)
