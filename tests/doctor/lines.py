"""Signals as a healthy training records them, to be bent into failures."""

from __future__ import annotations

from typing import Any

import numpy as np

HEALTHY: dict[str, float] = {
    "diversity": 0.98,
    "duplicates": 0.01,
    "remoteness": 20.0,
    "ranking": 0.6,
    "jsd_bound": 0.03,
    "real_logit": 0.3,
    "fake_logit": -0.1,
    "generator/gradient": 0.03,
    "discriminator/gradient": 0.02,
    "generator/update": 0.005,
    "discriminator/update": 0.006,
    "sensitivity": 0.3,
    "dead": 0.05,
    "activation": 0.8,
    "memorised": 0.52,
    "overfit": 0.05,
    "saturated": -0.02,
    "flat": 0.0,
    "checkerboard": 1.1,
}


def healthy(count: int = 60, clusters: int = 8, batch: int = 256, seed: int = 0) -> list[dict[str, Any]]:
    """Lines of a training in which nothing is wrong, every value with a tenth of noise."""
    random = np.random.default_rng(seed)
    return [
        {
            "step": 50 * (place + 1),
            "clusters": random.multinomial(batch, np.full(clusters, 1 / clusters)).astype(float).tolist(),
            **{name: value * float(1 + 0.1 * random.standard_normal()) for name, value in HEALTHY.items()},
        }
        for place in range(count)
    ]


def bent(begin: int = 20, count: int = 60, **changes: Any) -> list[dict[str, Any]]:
    """A healthy training of which some signals take other values from line `begin` on."""
    lines = healthy(count)
    for line in lines[begin:]:
        line |= {name.replace("__", "/"): value for name, value in changes.items()}
    return lines
