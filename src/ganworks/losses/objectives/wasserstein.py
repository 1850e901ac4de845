"""Wasserstein: the critic's gap, meaningful for a Lipschitz critic (Arjovsky et al. 2017, arXiv:1701.07875)."""

from torch import Tensor


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """E f(G(z)) − E f(x): minus the estimated distance."""
    return fake.mean() - real.mean()


def generator(fake: Tensor) -> Tensor:
    """−E f(G(z))."""
    return -fake.mean()
