"""Whether fakes differ from each other as real samples do, and how many are nearly the same."""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.doctor.glance import Glance
from ganworks.doctor.reference import COMPARED, distances, features


def signals(glance: Glance) -> dict[str, Tensor]:
    """`diversity`: mean distance of two fakes over that of two real samples; 1 healthy, 0 collapsed.

    `duplicates`: share of fakes nearer to another one than one real sample in a hundred is, among as many.
    `remoteness`: median distance of a fake to the nearest of 2,000 real samples, over that between real samples.
    """
    if not glance.has("fake"):
        return {}
    real, fake = glance.reference, features(fakes(glance))
    remoteness = distances(fake, real.known).amin(1).median() / real.neighbours.clamp(min=1e-12)
    if (count := len(fake)) < 2:
        return {"remoteness": remoteness}
    apart = distances(fake, fake)
    nearest = apart.clone().fill_diagonal_(torch.inf).amin(1)
    return {
        "diversity": apart.sum() / (count * (count - 1)) / real.apart.clamp(min=1e-12),
        "duplicates": (nearest < real.duplicates).float().mean(),
        "remoteness": remoteness,
    }


def fakes(glance: Glance) -> Tensor:
    """As many as were judged, up to 128, at latents that are the same at every look; a translator's as they were
    judged, for what it is given is what tells them apart.
    """
    judged = glance.judged["fake"][:COMPARED]
    if glance.game.takes_input:
        return judged
    return glance.game.generate(*glance.fixed(len(judged)))
