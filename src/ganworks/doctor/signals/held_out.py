"""Whether D knows its training samples from others: the gap between them is what it has learnt by heart."""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.doctor.glance import Glance
from ganworks.doctor.signals.verdicts import ranking


def signals(glance: Glance) -> dict[str, Tensor]:
    """`memorised`: the chance that D puts a training sample above a held-out one; ½ for a D that generalises.

    `overfit`: r_v = (E D(train) − E D(held out)) / (E D(train) − E D(fake)) of Karras et al. 2020 (arXiv:2006.06676).
    """
    held_out, game = glance.reference.held_out, glance.game
    if held_out is None or not glance.has("real", "fake", "fake_logits"):
        return {}
    if game.needs_labels and held_out.labels is None:
        return {}
    known, fake, fake_logits = (glance.judged[name] for name in ("real", "fake", "fake_logits"))
    told, told_unseen = glance.judged.get("condition"), game.condition(held_out)
    # D may judge packs of samples, or a sample by its neighbours: it is shown whole packs, in equal batches.
    pack = max(1, len(fake) // len(fake_logits))
    count = min(len(known), len(held_out)) // pack * pack
    if not count:
        return {}
    places = [slice(first, first + count) for first in range(0, len(held_out) - count + 1, count)]
    batches = [(known[:count], part(told, slice(count)))]
    batches += [(held_out.real[place], part(told_unseen, place)) for place in places]
    judged = [logits.float() for batch in batches if (logits := game.discriminate(*batch)) is not None]
    if not judged:
        return {}
    train, unseen = judged[0], torch.cat(judged[1:])
    return {
        "memorised": ranking(train, unseen),
        "overfit": (train.mean() - unseen.mean()) / (train.mean() - fake_logits.float().mean()).abs().clamp(min=1e-6),
    }


def part(condition: Tensor | None, rows: slice) -> Tensor | None:
    return None if condition is None else condition[rows]
