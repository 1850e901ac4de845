"""Keeping some samples from the training, so that it can be told whether D knows the others by heart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ganworks.data.content import digest_of
from ganworks.data.samples import DatasetSamples, Samples
from ganworks.errors import UsageError


def hold_out(
    samples: Samples | DatasetSamples, share: float
) -> tuple[Samples | DatasetSamples, Samples | DatasetSamples | None]:
    """The samples to learn from, and the `share` of them, drawn once, that nobody learns from; None without any.

    Raises UsageError for a torch Dataset, which is read item by item, and where nothing is left to learn from.
    """
    if not share:
        return samples, None
    if not isinstance(samples, Samples):
        raise UsageError("data.hold_out needs images or arrays: split a torch Dataset yourself")
    kept = round(share * len(samples))
    if not 0 < kept < len(samples):
        raise UsageError(f"data.hold_out={share} of {len(samples)} samples leaves nothing on one side")
    order = np.random.default_rng(0).permutation(len(samples))
    learnt, held_out = np.sort(order[kept:]), np.sort(order[:kept])
    return part(samples, learnt, " without those held out"), part(samples, held_out, ", held out")


def part(samples: Samples, rows: np.ndarray[tuple[int], np.dtype[np.int64]], role: str) -> Samples:
    """Some of the samples, under a name and digest of their own."""
    labels = None if samples.labels is None else samples.labels[rows]
    digest = digest_of(samples.digest, role, len(rows))
    return replace(samples, name=samples.name + role, values=samples.values[rows], labels=labels, digest=digest)
