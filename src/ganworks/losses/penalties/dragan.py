"""DRAGAN's gradient penalty, around real samples alone (Kodali et al. 2017, arXiv:1705.07215)."""

from torch import Tensor

from ganworks.config import NotNegative
from ganworks.losses.judgement import Judgement, input_gradient


def penalty(
    judgement: Judgement, *, weight: NotNegative = 10.0, target: NotNegative = 1.0, scale: NotNegative = 0.5
) -> Tensor:
    """λ · E (‖∇ₓ D(x + δ)‖ − target)² over real x, N×…, with δ ~ N(0, c²) for each number of a sample.

    c = `scale` · σ, σ the standard deviation of all numbers of the batch, that of a part where it is cut into parts.
    Half of σ is the size in the authors' code, whose δ is uniform on [0, c) and shortened by another uniform number
    for each sample.
    """
    real = judgement.real.detach()
    mean = judgement.over_all(real.mean())
    spread = judgement.over_all((real - mean).square().mean()).sqrt()
    around = (real + scale * spread * judgement.normal()).requires_grad_()
    norms = input_gradient(judgement.discriminate(around, slice(None)), around).norm(dim=1)
    distance: Tensor = (norms - target).square().mean()
    return weight * distance


def differentiates(**settings: float) -> set[str]:
    return set()
