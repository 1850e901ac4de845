"""What is missing from pictures that are to be completed: N×1×H×W masks, 1 where a pixel is missing and 0 elsewhere.

Each is a function of (N, C×H×W, generator) and draws on the generator's device.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ganworks.data.inputs.mask import hole
from ganworks.errors import UsageError
from ganworks.games.strokes import stroke

BLOCKS = 4
STROKES, PARTS = 4, 6


def centre(count: int, shape: tuple[int, ...], random: torch.Generator) -> Tensor:
    """The same hole in all: in the centre, of half the height and width (Pathak et al. 2016, arXiv:1604.07379, 3.3)."""
    masks = torch.zeros(count, 1, *_sides(shape), device=random.device)
    masks[:, :, *hole(*shape[-2:])] = 1
    return masks


def blocks(count: int, shape: tuple[int, ...], random: torch.Generator) -> Tensor:
    """Four blocks anywhere, which may overlap: up to a quarter of the picture (Pathak et al. 2016, section 3.3).

    Their sides are an eighth to a quarter of the picture's, rounded down: each covers at least 1/256.
    """
    missing: Tensor = torch.ones((), dtype=torch.bool, device=random.device)
    for axis, side in enumerate(_sides(shape)):
        shortest, longest = side // 8, side // 4
        length = shortest + torch.floor(_uniform((count, BLOCKS), random) * (longest - shortest + 1))
        first = torch.floor(_uniform((count, BLOCKS), random) * (side - length + 1))
        place = torch.arange(side, device=random.device)
        inside = (place >= first[..., None]) & (place < (first + length)[..., None])
        missing = missing & inside.unsqueeze(3 - axis)
    return missing.any(1, keepdim=True).float()


def free_form(count: int, shape: tuple[int, ...], random: torch.Generator) -> Tensor:
    """One to four strokes of a round brush, each of two to six straight parts (after Yu et al. 2019, arXiv:1806.03589).

    A part leads towards any point of the picture, for an eighth to three eighths of the shorter side at most; a brush
    is a tenth to a fifth of that side wide. Of a square picture they cover 2 to 70 %, on average a quarter.
    """
    height, width = _sides(shape)
    short, sides = min(height, width), torch.tensor([height, width], device=random.device)
    strokes = 1 + torch.floor(_uniform((count, 1), random) * STROKES)
    parts = 2 + torch.floor(_uniform((count, STROKES), random) * (PARTS - 1))
    # No brush is so thin that it passes between the centres of pixels; one that is NaN draws nothing.
    radius = (short * (1 + _uniform((count, STROKES), random)) / 20).clamp(min=0.75)
    radius = radius.where(torch.arange(STROKES, device=random.device) < strokes, torch.nan)
    here = sides * _uniform((count, STROKES, 2), random)
    missing = torch.zeros(count, height, width, dtype=torch.bool, device=random.device)
    for part in range(PARTS):
        towards = sides * _uniform((count, STROKES, 2), random) - here
        length = short * (1 + 2 * _uniform((count, STROKES, 1), random)) / 8
        there = here + towards * (length / towards.norm(dim=2, keepdim=True)).clamp(max=1)
        radius = radius.where(part < parts, torch.nan)
        for one in range(STROKES):
            missing |= stroke(here[:, one], there[:, one], radius[:, one], height, width)
        here = there
    return missing[:, None].float()


def mixed(count: int, shape: tuple[int, ...], random: torch.Generator) -> Tensor:
    """For each picture one of the others, in turn from any of them: who completes these can be asked for any."""
    kinds = (centre, blocks, free_form)
    drawn = torch.stack([draw(-(-count // len(kinds)), shape, random) for draw in kinds])
    first = torch.randint(len(kinds), (1,), generator=random, device=random.device)
    rows = torch.arange(count, device=random.device)
    return drawn[(first + rows) % len(kinds), rows // len(kinds)]


MASKS = {"centre": centre, "blocks": blocks, "free-form": free_form, "mixed": mixed}


def _sides(shape: tuple[int, ...]) -> tuple[int, int]:
    height, width = shape[-2:]
    if min(height, width) < 8:
        raise UsageError(f"masks need pictures of at least 8×8, not {height}×{width}: set data.resolution")
    return height, width


def _uniform(shape: tuple[int, ...], random: torch.Generator) -> Tensor:
    return torch.rand(shape, generator=random, device=random.device)
