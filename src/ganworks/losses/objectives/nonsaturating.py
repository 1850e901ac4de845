"""Non-saturating: G maximises log D(G(z)), "flipping the labels" (Goodfellow et al. 2014, section 3)."""

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, softplus


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """−E log D(x) − E log(1 − D(G(z))), with D = sigmoid(logit)."""
    return softplus(-real).mean() + softplus(fake).mean()


def towards(logits: Tensor, targets: Tensor) -> Tensor:
    """D's loss of samples whose targets are not 1 (real) or 0: −E [t log D + (1 − t) log(1 − D)]."""
    return binary_cross_entropy_with_logits(logits, targets.expand_as(logits))


def generator(fake: Tensor) -> Tensor:
    """−E log D(G(z))."""
    return softplus(-fake).mean()


def margin(real: Tensor, fake: Tensor) -> Tensor:
    """By how much D is right about real samples: D(x), of which 0 is undecided."""
    return real
