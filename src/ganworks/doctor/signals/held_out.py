"""Whether D knows its training samples from others: the gap between them is what it has learnt by heart."""

from __future__ import annotations

from torch import Tensor

from ganworks.doctor.glance import Glance
from ganworks.doctor.signals.verdicts import ranking


def signals(glance: Glance) -> dict[str, Tensor]:
    """`memorised`: the chance that D puts a training sample above a held-out one; ½ for a D that generalises.

    `overfit`: r_v = (E D(train) − E D(held out)) / (E D(train) − E D(fake)) of Karras et al. 2020 (arXiv:2006.06676).
    """
    held_out, game = glance.reference.held_out, glance.game
    if held_out is None or game.needs_labels or not glance.has("real", "fake"):
        return {}
    count = len(held_out)
    judged = [game.discriminate(samples) for samples in (glance.judged["real"][:count], held_out)]
    if judged[0] is None or judged[1] is None:
        return {}
    train, unseen = judged[0].float(), judged[1].float()
    fake = glance.judged["fake_logits"].float().mean()
    return {
        "memorised": ranking(train, unseen),
        "overfit": (train.mean() - unseen.mean()) / (train.mean() - fake).abs().clamp(min=1e-6),
    }
