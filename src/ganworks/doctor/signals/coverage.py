"""How many fakes fall into each cluster of the real data: a dropped mode is a cluster that stays empty."""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.doctor.glance import Glance
from ganworks.doctor.reference import distances, features


def signals(glance: Glance) -> dict[str, Tensor]:
    """`clusters`: counts of fakes by the cluster of their nearest centre; the only signal that is no single number."""
    if not glance.has("fake"):
        return {}
    reference = glance.reference
    nearest = distances(features(glance.judged["fake"]), reference.centres).argmin(1)
    counts = torch.zeros(len(reference.shares), device=nearest.device)
    return {"clusters": counts.index_add_(0, reference.cluster[nearest], torch.ones_like(nearest, dtype=counts.dtype))}
