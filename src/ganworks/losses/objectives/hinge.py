"""Hinge (Lim & Ye 2017, arXiv:1705.02894; Miyato et al. 2018, arXiv:1802.05957, eq. 16-17)."""

from torch import Tensor
from torch.nn.functional import relu


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """E max(0, 1 − D(x)) + E max(0, 1 + D(G(z)))."""
    return relu(1 - real).mean() + relu(1 + fake).mean()


def generator(fake: Tensor) -> Tensor:
    """−E D(G(z))."""
    return -fake.mean()


def margin(real: Tensor, fake: Tensor) -> Tensor:
    """By how much D is right about real samples: D(x), of which 0 is undecided."""
    return real
