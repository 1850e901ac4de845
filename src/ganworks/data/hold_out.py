"""Keeping some samples from the training, so that it can be told whether D knows the others by heart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ganworks.data.content import digest_of
from ganworks.data.given import Rows
from ganworks.data.identities import people_of
from ganworks.data.samples import DatasetSamples, Samples, some
from ganworks.errors import UsageError


def hold_out(
    samples: Samples | DatasetSamples, share: float
) -> tuple[Samples | DatasetSamples, Samples | DatasetSamples | None]:
    """The samples to learn from, and the `share` of them, drawn once, that nobody learns from; None without any.

    Where it is known who is shown, that is a share of the people, so that nobody is on both sides.

    Raises UsageError for a torch Dataset, which is read item by item, and where nothing is left to learn from.
    """
    if not share:
        return samples, None
    if not isinstance(samples, Samples):
        raise UsageError("data.hold_out needs images or arrays: split a torch Dataset yourself")
    people = people_of(samples)
    learnt, held_out = halves(len(samples), share) if people is None else halves_of_people(people, share)
    return part(samples, learnt, " without those held out", 0, share), part(samples, held_out, ", held out", 1, share)


def halves(count: int, share: float, kind: str = "samples") -> tuple[Rows, Rows]:
    """The rows to learn from and the `share` of all that is held out, drawn once, in order."""
    kept = round(share * count)
    if not 0 < kept < count:
        raise UsageError(f"data.hold_out={share} of {count} {kind} leaves nothing on one side")
    order = np.random.default_rng(0).permutation(count)
    return np.sort(order[kept:]), np.sort(order[:kept])


def halves_of_people(people: Rows, share: float) -> tuple[Rows, Rows]:
    """The same of samples that show these people: all of one on one side."""
    different, numbers = np.unique(people, return_inverse=True)
    learnt, held_out = halves(len(different), share, "people")
    return np.flatnonzero(np.isin(numbers, learnt)), np.flatnonzero(np.isin(numbers, held_out))


def part(samples: Samples, rows: Rows, role: str, side: int, share: float) -> Samples:
    """Some of the samples, under a name and digest of their own; unpaired tables are halved by themselves."""
    kept = some(samples, rows)
    given = {
        name: table if table.paired else replace(table, table=table.table[halves(len(table.table), share)[side]])
        for name, table in kept.given.items()
    }
    return replace(kept, name=samples.name + role, digest=digest_of(samples.digest, role, len(rows)), given=given)
