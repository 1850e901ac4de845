"""Optimisers and the schedule of their learning rates."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, pi, pow

import torch
from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop

from ganworks.config import Adam as AdamSettings
from ganworks.config import OptimiserSettings, Schedule
from ganworks.config import RMSprop as RMSpropSettings


def build_optimiser(settings: OptimiserSettings, parameters: Iterable[nn.Parameter]) -> Optimizer:
    """A torch optimiser, fused where torch has a fused form."""
    if isinstance(settings, AdamSettings):
        kind = AdamW if settings.weight_decay else Adam
        return kind(
            parameters,
            lr=settings.lr,
            betas=settings.betas,
            eps=settings.eps,
            weight_decay=settings.weight_decay,
            fused=torch.get_default_dtype() != torch.float64,
        )
    if isinstance(settings, RMSpropSettings):
        return RMSprop(parameters, lr=settings.lr, alpha=settings.alpha, eps=settings.eps)
    return SGD(parameters, lr=settings.lr, momentum=settings.momentum, fused=True)


def rate_factor(schedule: Schedule, step: int, decay: float = 1.0) -> float:
    """What multiplies a learning rate in the round after `step` rounds; of its fall the power `decay` is taken."""
    factor = min(1.0, (step + 1) / schedule.warmup) if schedule.warmup else 1.0
    if schedule.decay_from is None or schedule.decay_to is None:
        return factor
    progress = (step - schedule.decay_from) / (schedule.decay_to - schedule.decay_from)
    progress = min(1.0, max(0.0, progress))
    floor = schedule.floor
    left = {
        "linear": floor + (1 - floor) * (1 - progress),
        "cosine": floor + (1 - floor) * (1 + cos(pi * progress)) / 2,
        "exponential": pow(floor, progress),
    }[schedule.shape]
    return factor * pow(left, decay)
