"""R2: the zero-centred gradient penalty on generated samples (Mescheder et al. 2018, arXiv:1801.04406, eq. 9)."""

from torch import Tensor

from ganworks.losses.judgement import Judgement, input_gradient

differentiates = ("fake",)


def penalty(judgement: Judgement, *, gamma: float = 1.0) -> Tensor:
    """γ/2 · E ‖∇ₓ D(x)‖² over generated x."""
    return gamma / 2 * input_gradient(judgement.fake_logits, judgement.fake).square().sum(1).mean()
