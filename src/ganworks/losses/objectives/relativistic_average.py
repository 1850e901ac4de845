"""Relativistic average: is this real more real than fakes are on average? (Jolicoeur-Martineau 2018, arXiv:1807.00734)

Both players as in ESRGAN (Wang et al. 2018, arXiv:1809.00219, eqs. 1 and 2); averages are over the logits of one call.
"""

from torch import Tensor
from torch.nn.functional import softplus


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """−E log σ(D(x) − E D(G(z))) − E log(1 − σ(D(G(z)) − E D(x)))."""
    return softplus(fake.mean() - real).mean() + softplus(fake - real.mean()).mean()


def generator(fake: Tensor, real: Tensor) -> Tensor:
    """−E log(1 − σ(D(x) − E D(G(z)))) − E log σ(D(G(z)) − E D(x))."""
    return softplus(real - fake.mean()).mean() + softplus(real.mean() - fake).mean()


def margin(real: Tensor, fake: Tensor) -> Tensor:
    """By how much D is right about real samples: D(x) − E D(G(z))."""
    return real - fake.mean()
