"""R1: the zero-centred gradient penalty on real samples (Mescheder et al. 2018, arXiv:1801.04406, eq. 9)."""

from torch import Tensor

from ganworks.config import NotNegative, Positive
from ganworks.losses.judgement import Anneal, Judgement, annealed, zero_centred


def penalty(
    judgement: Judgement, *, gamma: NotNegative = 1.0, every: Positive = 1, anneal: Anneal | None = None
) -> Tensor:
    """γ/2 · E ‖∇ₓ D(x)‖² over real x, N×…; over every n-th of them, an unbiased estimate, when `every` is n.

    γ goes to the first number of `anneal` in as many steps as the second (after Huang et al. 2024, arXiv:2501.05441).
    """
    gamma = annealed(gamma, anneal, judgement.step)
    return gamma / 2 * zero_centred(judgement, judgement.real, judgement.real_logits, every)


def differentiates(*, every: int = 1, **others: object) -> set[str]:
    return {"real"} if every == 1 else set()
