"""What the discriminator saw and said in one turn; objectives read the logits, penalties differentiate them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ganworks.config import NotNegative, Positive

Anneal = tuple[NotNegative, Positive]
"""The weight that a penalty ends with, and the step from which on it has it."""


@dataclass(frozen=True)
class Judgement:
    """Samples and their logits.

    Args:
        real, fake: N×… samples; they require grad when a penalty will differentiate with respect to them.
        real_logits, fake_logits: the discriminator's raw outputs, any shape with leading N, or N/m where it judges
            packs of m samples.
        discriminate: judges other samples in the place of the given rows; uncompiled, since compiled double backward
            raises.
        uniform: draws one number in [0, 1) per sample (N values), alike on any number of processes.
        normal: draws as many numbers from N(0, 1) as the samples have, in their shape, likewise.
        every: the rows here that are every n-th of the whole batch, and how many a part of it has on average.
        over_all: the mean of a tensor over all processes.
        step: rounds played before this one.
    """

    real: Tensor
    fake: Tensor
    real_logits: Tensor
    fake_logits: Tensor
    discriminate: Callable[[Tensor, slice], Tensor]
    uniform: Callable[[], Tensor]
    normal: Callable[[], Tensor]
    every: Callable[[int], tuple[slice, float]]
    over_all: Callable[[Tensor], Tensor] = lambda values: values
    step: int = 0


def annealed(weight: float, anneal: Anneal | None, step: int) -> float:
    """`weight` on its straight way to the one of `anneal`, and from then on that one."""
    if anneal is None:
        return weight
    last, until = anneal
    return weight + (last - weight) * min(1.0, step / until)


def zero_centred(judgement: Judgement, samples: Tensor, logits: Tensor, every: int) -> Tensor:
    """E ‖∇ₓ D(x)‖² over every `every`-th of the samples: with 1 all of them, through the logits that are there."""
    if every == 1:
        return input_gradient(logits, samples).square().sum(1).mean()
    rows, count = judgement.every(every)
    samples = samples[rows].detach().requires_grad_()
    if not len(samples):
        return samples.new_zeros(())
    logits = judgement.discriminate(samples, rows)
    return input_gradient(logits, samples).square().sum() / (count * len(logits) / len(samples))


def input_gradient(logits: Tensor, samples: Tensor) -> Tensor:
    """∇ₓ of the summed logits, differentiable itself: a row for each logit, of all the samples that it judges."""
    (gradient,) = torch.autograd.grad(logits.sum(), samples, create_graph=True)
    return gradient.reshape(len(logits), -1)
