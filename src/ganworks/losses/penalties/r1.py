"""R1: the zero-centred gradient penalty on real samples (Mescheder et al. 2018, arXiv:1801.04406, eq. 9)."""

from torch import Tensor

from ganworks.config import NotNegative, Positive
from ganworks.losses.judgement import Judgement, zero_centred


def penalty(judgement: Judgement, *, gamma: NotNegative = 1.0, every: Positive = 1) -> Tensor:
    """γ/2 · E ‖∇ₓ D(x)‖² over real x; over every n-th of them, an unbiased estimate, when `every` is n."""
    return gamma / 2 * zero_centred(judgement, judgement.real, judgement.real_logits, every)


def differentiates(*, every: int = 1, **others: float) -> set[str]:
    return {"real"} if every == 1 else set()
