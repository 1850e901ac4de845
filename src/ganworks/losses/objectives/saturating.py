"""Minimax: G minimises the value that D maximises (Goodfellow et al. 2014, arXiv:1406.2661, eq. 1)."""

from torch import Tensor
from torch.nn.functional import softplus


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """−E log D(x) − E log(1 − D(G(z))), with D = sigmoid(logit)."""
    return softplus(-real).mean() + softplus(fake).mean()


def generator(fake: Tensor) -> Tensor:
    """E log(1 − D(G(z))); its gradient vanishes where D is sure."""
    return -softplus(fake).mean()
