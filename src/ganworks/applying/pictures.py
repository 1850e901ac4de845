"""A run applied to a picture or a folder of them, file by file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganworks.applying.companions import masks_for, poses_for, read_mask
from ganworks.applying.plan import FORMATS, Job, planned, refuse_writing_over
from ganworks.data.image import pillow_guarded, read, reason
from ganworks.data.progress import bar
from ganworks.data.received import COLOURS, received
from ganworks.data.samples import Broken
from ganworks.errors import GanworksError, UsageError, is_out_of_memory
from ganworks.games.translation import require_known, shapes, translates
from ganworks.record.atomic import write_bytes
from ganworks.record.grid import as_bytes, image_of
from ganworks.runs import Run

QUALITY = 95
"""Of JPEG and WebP."""
SPACES = {"1": "L", "L": "L", "LA": "L", "I;16": "L", "P": "RGB", "PA": "RGB", "RGB": "RGB", "RGBA": "RGB"}
"""Which colours a profile of a picture of each mode is about."""


@dataclass(frozen=True)
class Applied:
    """The files that were written, and the pictures that were skipped with the reason."""

    written: tuple[Path, ...]
    broken: tuple[Broken, ...]


def apply(
    run: Run,
    source: Path,
    out: Path,
    *,
    variants: int = 1,
    seed: int = 0,
    overwrite: bool = False,
    mask: Path | None = None,
    pose: Path | None = None,
    progress: bool = False,
    **wishes: Any,
) -> Applied:
    """Translate each picture by itself, as `ganworks.apply` tells."""
    files = {name: file for name, file in (("mask", mask), ("pose", pose)) if file is not None}
    wishes = {name: wish for name, wish in wishes.items() if wish is not None}
    require_known(run.game, [*wishes, *files])
    if variants < 1:
        raise UsageError(f"variants must be at least 1, not {variants}")
    if variants > 1 and not translates(run.game).varies:
        raise UsageError("this run has one answer for a picture, whatever the seed: leave variants at 1")
    given, made = shapes(run.game, wishes)
    if made[0] not in COLOURS:
        raise UsageError(f"translations of {made[0]} channels cannot be written as pictures: use Run.translate")
    jobs, unreadable = planned(source, out, variants, made[0], overwrite)
    masks = masks_for(mask, jobs) if mask is not None else {}
    poses = poses_for(pose, jobs) if pose is not None else {}
    refuse_writing_over(jobs, (*masks.values(), *files.values()), "is needed for that")
    refused: UsageError | None = None
    written: list[Path] = []
    failed: list[Broken] = []
    with pillow_guarded(), bar("translating", len(jobs), progress) as moved:
        for done, job in enumerate(jobs):
            try:
                own = wishes | ({"mask": read_mask(masks[job.name])} if masks else {})
                own |= {"pose": poses[job.name]} if poses else {}
                files_made = [encoded(picture, path) for path, picture in variants_of(run, job, given[0], seed, own)]
            except GanworksError as error:
                failed.append(Broken(job.name, str(error)))
                refused = error if refused is None and isinstance(error, UsageError) else refused
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
                failed.append(Broken(job.name, f"{job.height}×{job.width} and what is made of it need more memory"))
            else:
                for path, data in zip(job.outs, files_made, strict=True):
                    write_bytes(path, data)
                written += job.outs
            moved(done + 1)
    if not written and refused is not None:  # what was asked for cannot be meant
        raise refused
    if not written:
        raise GanworksError(f"nothing was written: {failed[0].name}: {failed[0].reason}")
    return Applied(tuple(written), tuple(sorted((*unreadable, *failed), key=lambda broken: broken.name)))


def variants_of(
    run: Run, job: Job, channels: int, seed: int, wishes: dict[str, Any]
) -> Iterator[tuple[Path, Image.Image]]:
    """Each file of a picture with what belongs into it, as opaque as the picture was."""
    try:
        with job.open() as file:
            image = read(file)
        pixels = received(image, channels)
    except Exception as error:  # decoders raise anything at all for damaged files
        raise GanworksError(reason(error)) from error
    for variant, path in enumerate(job.outs):
        yield path, shown(run.translate(pixels, seed + variant, **wishes), pixels, image, wishes.get("mask"))


def shown(made: Tensor, given: Tensor, image: Image.Image, missing: Tensor | None = None) -> Image.Image:
    """A picture of 1×C×H×W made of what was `given` of an `image`: as opaque, and the same where nothing changed.

    Where 1×1×H×W of it were `missing`, it is opaque.
    """
    picture = image_of(as_bytes(made)[0])
    if image.has_transparency_data and made.shape[1] != 4:
        whole = image.convert("RGBA")
        alpha = whole.getchannel("A").resize(picture.size, Image.Resampling.LANCZOS)
        hole = (torch.zeros(made.shape[2:]) if missing is None else missing[0, 0]) == 1
        alpha.paste(255, mask=Image.fromarray(hole.numpy()))
        picture = off_white(picture, alpha)
        if made.shape == given.shape:
            picture.paste(whole, mask=Image.fromarray(((made == given).all(1)[0] & ~hole).numpy()))
    if "icc_profile" in image.info and SPACES.get(image.mode) == Image.getmodebase(picture.mode):
        picture.info["icc_profile"] = image.info["icc_profile"]
    return picture


def off_white(picture: Image.Image, alpha: Image.Image) -> Image.Image:
    """What looks like `picture` on white, as opaque as `alpha`: networks see transparency on white."""
    seen = np.asarray(picture, dtype=np.float64)
    opaque = np.asarray(alpha, dtype=np.float64).reshape(*seen.shape[:2], *[1] * (seen.ndim - 2)) / 255
    colour = np.where(opaque > 0, (seen - 255 * (1 - opaque)) / np.maximum(opaque, 1 / 255), seen)
    found = Image.fromarray(colour.round().clip(0, 255).astype(np.uint8))
    found.putalpha(alpha)
    return found


def encoded(picture: Image.Image, path: Path) -> bytes:
    """What the file at `path` is to hold; raises GanworksError where its format cannot hold the picture."""
    buffer, kind = io.BytesIO(), FORMATS[path.suffix.lower()]
    try:
        picture.save(buffer, kind, quality=QUALITY, icc_profile=picture.info.get("icc_profile"))
    except (OSError, ValueError) as error:
        size = f"{picture.height}×{picture.width}"
        raise GanworksError(f"{size} cannot be written as {kind} ({reason(error)})") from error
    return buffer.getvalue()
