"""A person in one pose beside what becomes of the picture: the same person in another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path, PurePosixPath

import numpy as np

from ganworks.data.content import digest_of
from ganworks.data.given import Given, Rows
from ganworks.data.identities import identified, people_of
from ganworks.data.image import Target
from ganworks.data.keypoints import Points, fitted_keypoints, read_keypoints
from ganworks.data.pairing import handed, require_pictures
from ganworks.data.samples import Samples, some
from ganworks.errors import GanworksError

POSE = "pose"
"""The name of a sample's own keypoints."""
MOST_OTHERS = 64


def keypoints_of(samples: Samples, file: Path, fit: str) -> Points:
    """The keypoints in `file` of pictures that were made to fit, N×17×3 in pixels of what they are now."""
    points = read_keypoints(file, samples.names)
    if samples.sizes is None:
        return points
    channels, height, width = samples.spec.shape
    return fitted_keypoints(points, samples.sizes, Target(channels, height, width, fit))


def reposed(samples: Samples, keypoints: Points) -> Samples:
    """Pictures with their own keypoints N×K×3, each to be made of another picture of the same person.

    That is drawn anew in every epoch, of at most 64; who is shown is known from then on. Raises GanworksError where
    nobody has two pictures; who has one is left out.
    """
    people = people_of(require_pictures(samples))
    if people is None:
        samples = identified(samples, people_named(samples))
        people = people_of(samples)
        assert people is not None
    everybody = defaultdict(list)
    for row, who in enumerate(people.tolist()):
        everybody[who].append(row)
    groups = [np.array(rows) for rows in everybody.values() if len(rows) > 1]
    if not groups:
        raise GanworksError(
            f"{samples.name} shows nobody twice: put each person's pictures into a folder of their own, or let their"
            " names begin with the person and _"
        )
    kept = np.sort(np.concatenate(groups))
    place = np.empty(len(samples), np.int64)
    place[kept] = np.arange(len(kept))
    shown = "1 person" if len(groups) == 1 else f"{len(groups)} people"
    notes = (*samples.notes, f"{shown} in {len(kept)} pictures")
    if alone := len(samples) - len(kept):
        notes = (*notes, f"{alone} pictures are the only ones of their person and left out")
        samples = some(samples, kept)
    digest = digest_of(samples.digest, "poses", sha256(keypoints.tobytes()).hexdigest(), list(map(len, groups)))
    image, pose = Given(samples.values, others([place[rows] for rows in groups])), Given(keypoints[kept])
    return handed(replace(samples, notes=notes), image, digest, **{POSE: pose})


def others(groups: Sequence[Rows]) -> Rows:
    """For each row that is in one of the groups M other rows of its group, none twice before all came, M ≤ 64."""
    most = min(MOST_OTHERS, max(map(len, groups)) - 1)
    found = np.empty((sum(map(len, groups)), most), np.int64)
    draw = np.random.default_rng(0)
    for rows in groups:
        for place, row in enumerate(rows):
            rest = draw.permutation(np.delete(rows, place))
            found[row] = np.resize(rest, most)
    return found


def people_named(samples: Samples) -> list[str]:
    """Who is shown in each picture: the class, else what the file's name has up to the first `_`."""
    if samples.labels is not None:
        return [samples.spec.classes[label] for label in samples.labels]
    return [PurePosixPath(name).name.split("_")[0] for name in samples.names]
