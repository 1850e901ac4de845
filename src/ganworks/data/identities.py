"""Who is shown in each picture, for what must not change when something else does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ganworks.data.content import digest_of
from ganworks.data.given import Given, Rows
from ganworks.data.samples import Samples

IDENTITY = "identity"
"""The name of what is given: the place of a sample's person in `Spec.identities`, -1 where that is not known."""


def named_by(pattern: str, names: Sequence[str]) -> list[str | None]:
    """Who is shown in each of the files `names`: the group of a regular expression, None where it is not found."""
    return [found[1] if (found := re.search(pattern, name)) else None for name in names]


def people_of(samples: Samples) -> Rows | None:
    """The number of the person on each of N samples; None where nobody is known.

    Who is not known may be anybody: each has a number that is nobody else's.
    """
    if IDENTITY not in samples.given:
        return None
    known, rows = samples.given[IDENTITY], np.arange(len(samples))
    numbers: Rows = known.table[known.of(rows)]
    return np.where(numbers < 0, len(samples.spec.identities) + rows, numbers)


def identified(samples: Samples, people: Sequence[str | None]) -> Samples:
    """The samples with who is shown in each; as they were where nobody is known."""
    known = tuple(sorted({who for who in people if who is not None}))
    if not known:
        return samples
    places = {who: place for place, who in enumerate(known)}
    numbers = np.array([-1 if who is None else places[who] for who in people], np.int64)
    given = {**samples.given, IDENTITY: Given(numbers)}
    shapes = tuple((name, one.table.shape[1:]) for name, one in given.items())
    spec = replace(samples.spec, given=shapes, identities=known)
    return replace(samples, spec=spec, given=given, digest=digest_of(samples.digest, "identities", list(people)))
