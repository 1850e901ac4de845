"""The gradient penalty of WGAN-GP (Gulrajani et al. 2017, arXiv:1704.00028, eq. 3)."""

from torch import Tensor

from ganworks.config import NotNegative
from ganworks.losses.judgement import Judgement, input_gradient


def penalty(judgement: Judgement, *, weight: NotNegative = 10.0, target: NotNegative = 1.0) -> Tensor:
    """λ · E (‖∇ₓ D(x̂)‖ − target)² at x̂, N×…, uniform on the segments between paired real and fake samples, or packs."""
    size = len(judgement.real) // len(judgement.real_logits)
    share = judgement.uniform()[::size].repeat_interleave(size).view(-1, *[1] * (judgement.real.dim() - 1))
    between = (judgement.real.detach().lerp(judgement.fake.detach(), share)).requires_grad_()
    norms = input_gradient(judgement.discriminate(between, slice(None)), between).norm(dim=1)
    distance: Tensor = (norms - target).square().mean()
    return weight * distance


def differentiates(**settings: float) -> set[str]:
    return set()
