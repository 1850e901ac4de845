"""Least squares with targets a = 0, b = c = 1 (Mao et al. 2017, arXiv:1611.04076, eq. 9)."""

from torch import Tensor


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """½ E (D(x) − 1)² + ½ E D(G(z))²."""
    return ((real - 1).square().mean() + fake.square().mean()) / 2


def towards(logits: Tensor, targets: Tensor) -> Tensor:
    """D's loss of samples whose targets are not 1 (real) or 0: ½ E (D − t)²."""
    return (logits - targets).square().mean() / 2


def generator(fake: Tensor) -> Tensor:
    """½ E (D(G(z)) − 1)²."""
    return (fake - 1).square().mean() / 2


def margin(real: Tensor, fake: Tensor) -> Tensor:
    """By how much D is right about real samples: D(x) − ½."""
    return real - 0.5
