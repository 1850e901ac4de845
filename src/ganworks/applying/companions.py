"""What belongs to each picture beside itself: a mask of what is missing, a pose to be given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import torch
from torch import Tensor

from ganworks.applying.plan import Job
from ganworks.data.image import look, pillow_guarded, read, reason
from ganworks.data.keypoints import read_keypoints
from ganworks.data.listing import list_folder
from ganworks.data.received import received_mask
from ganworks.errors import GanworksError, UsageError


def masks_for(given: Path, jobs: Sequence[Job]) -> dict[str, Path]:
    """The mask of each picture, by the picture's name: the one file, or that of the same name in a folder.

    Raises UsageError or GanworksError for masks that are missing, cannot be read, or are of another size.
    """
    found = matched(given, jobs) if given.is_dir() else dict.fromkeys((job.name for job in jobs), given)
    sizes = {path: size_of(path) for path in set(found.values())}
    for job in jobs:
        height, width = sizes[found[job.name]]
        if (height, width) != (job.height, job.width):
            raise UsageError(
                f"the mask {found[job.name]} is {height}×{width} and {job.name} is {job.height}×{job.width}:"
                " make them of one size"
            )
    return found


def matched(folder: Path, jobs: Sequence[Job]) -> dict[str, Path]:
    """The file of a folder that has the name of each picture, whatever its suffix."""
    files: dict[PurePosixPath, str] = {}
    for name in list_folder(folder).openers:
        stem = PurePosixPath(name).with_suffix("")
        if stem in files:
            raise GanworksError(f"{folder} holds {files[stem]!r} and {name!r}: which is the mask?")
        files[stem] = name
    stems = {job.name: PurePosixPath(job.name).with_suffix("") for job in jobs}
    if alone := [name for name, stem in stems.items() if stem not in files]:
        raise GanworksError(
            f"{folder} has no mask for {len(alone)} of {len(jobs)} pictures, first {alone[0]!r}: add one of that name"
        )
    return {name: folder / files[stem] for name, stem in stems.items()}


def size_of(mask: Path) -> tuple[int, int]:
    """The upright height and width of a mask."""
    if not mask.exists():
        raise UsageError(f"{mask} does not exist: name a mask, or a folder of masks")
    try:
        with pillow_guarded(), mask.open("rb") as file:
            seen = look(file)
    except Exception as error:
        raise GanworksError(f"the mask {mask} cannot be read ({reason(error)})") from None
    return seen.height, seen.width


def read_mask(path: Path) -> Tensor:
    """1×1×H×W, 1 where the picture is white; raises GanworksError where it is nowhere, or everywhere."""
    try:
        with path.open("rb") as file:
            missing = received_mask(read(file))
    except Exception as error:
        raise GanworksError(f"the mask {path} cannot be read ({reason(error)})") from None
    if not 0 < missing.sum() < missing.numel():
        found = "no white" if not missing.any() else "nothing but white"
        raise GanworksError(f"the mask {path} has {found}: paint white what is missing, and black what is to stay")
    return missing


def poses_for(file: Path, jobs: Sequence[Job]) -> dict[str, Tensor]:
    """The keypoints of each picture, 1×17×3, by its name; those of a file with one entry are for all."""
    names = [job.name for job in jobs]
    points = torch.from_numpy(read_keypoints(file, names, one_for_all=True))
    return dict(zip(names, torch.split(points, 1), strict=True))
