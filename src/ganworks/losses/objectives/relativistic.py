"""Relativistic pairing: is this real more real than that fake? (Jolicoeur-Martineau 2018, arXiv:1807.00734)

Row i of the real logits is paired with row i of the fake ones, as in R3GAN (arXiv:2501.05441, eq. 2).
"""

from torch import Tensor
from torch.nn.functional import softplus


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """E softplus(D(G(z)) − D(x))."""
    return softplus(fake - real).mean()


def generator(fake: Tensor, real: Tensor) -> Tensor:
    """E softplus(D(x) − D(G(z)))."""
    return softplus(real - fake).mean()


def margin(real: Tensor, fake: Tensor) -> Tensor:
    """By how much D is right about real samples: D(x) − D(G(z))."""
    return real - fake
