"""Non-saturating: G maximises log D(G(z)), "flipping the labels" (Goodfellow et al. 2014, section 3)."""

from torch import Tensor
from torch.nn.functional import softplus


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """−E log D(x) − E log(1 − D(G(z))), with D = sigmoid(logit)."""
    return softplus(-real).mean() + softplus(fake).mean()


def generator(fake: Tensor) -> Tensor:
    """−E log D(G(z))."""
    return softplus(-fake).mean()
