"""What D says of real and of fake samples, and what that bounds."""

from __future__ import annotations

from math import log

import torch
from torch import Tensor
from torch.nn.functional import softplus

from ganworks.doctor.glance import Glance


def signals(glance: Glance) -> dict[str, Tensor]:
    """Means and spreads of logits, how often a real one is above a fake one, and the bound on the JSD.

    `ranking` is the area under D's ROC curve: .5 when D cannot tell, 1 when it always can, whatever the objective.
    `jsd_bound` is log 2 − ½ BCE of the logits (Goodfellow et al. 2014, eq. 6), of what D saw and learns from: as they
    are or less their middle, whichever says more, since objectives that compare pairs leave open where logits are 0.
    """
    if not glance.has("real_logits", "fake_logits"):
        return {}
    real, fake = (glance.judged[name].float().flatten() for name in ("real_logits", "fake_logits"))
    bounds = [jsd_bound(real - zero, fake - zero) for zero in (0.0, (real.mean() + fake.mean()) / 2)]
    several = min(len(real), len(fake)) > 1
    spreads = {"real_logit_spread": real.std(), "fake_logit_spread": fake.std()} if several else {}
    return {
        "real_logit": real.mean(),
        "fake_logit": fake.mean(),
        **spreads,
        "ranking": ranking(real, fake),
        "jsd_bound": torch.maximum(*bounds),
    }


def jsd_bound(real: Tensor, fake: Tensor) -> Tensor:
    """What logits prove of the Jensen-Shannon divergence, in nats."""
    return log(2) - (softplus(-real).mean() + softplus(fake).mean()) / 2


def ranking(above: Tensor, below: Tensor) -> Tensor:
    """The chance that one of N numbers is above one of M others, ties counted half."""
    difference = above.flatten()[:, None] - below.flatten()
    return (difference.sign().mean() + 1) / 2
