"""Networks that translate pictures of some sizes, applied to any size: padded, or tile by tile without seams."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from math import lcm, nan
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

from ganworks.errors import GanworksError

Translate = Callable[[Tensor], Tensor]
"""Float N×C×H×W to N×C'×(scale·H)×(scale·W), for whole scales and for H and W that its strides divide."""


class Span(NamedTuple):
    """Of one side of a tile: what it sees of the input, where its output goes, which part of its output goes there."""

    seen: slice
    place: slice
    kept: slice


def padded(translate: Translate, images: Tensor, multiple: int) -> Tensor:
    """N×C'×(scale·H)×(scale·W) of N×C×H×W images that the network sees whole.

    To the right and below they go on mirrored (or, where they are too small for that, with their last pixel) until
    `multiple` divides both sides; what comes of it is cut off. Raises GanworksError if the scale is not whole.
    """
    height, width = images.shape[2:]
    output = translate(_grown(_grown(images, 3, multiple), 2, multiple))
    scale = _scale(output, height + -height % multiple, width + -width % multiple)
    return output[:, :, : scale * height, : scale * width]


def tiled(
    translate: Translate,
    images: Tensor,
    tile: int,
    radius: int,
    scale: int = 1,
    multiple: int = 1,
    grid: int | None = None,
) -> Tensor:
    """What `padded` gives, in the memory that one tile with its margins needs; on the device of the images.

    Args:
        translate: fully convolutional, without statistics of the whole image and without noise.
        images: N×C×H×W.
        tile: side of what a tile contributes, in input pixels; rounded up to the grid.
        radius: how far its output looks, in input pixels (see `receptive_radius`); rounded up to the grid.
        scale: output pixels per input pixel.
        multiple: what must divide the sides of what it sees.
        grid: the product of its strides, by default `multiple`: tiles are cut where its grids begin.
    """
    grid = multiple if grid is None else lcm(multiple, grid)
    inner, margin = _up(max(tile, 1), grid), _up(radius, grid)

    def in_tiles(whole: Tensor) -> Tensor:
        spans = [list(_spans(side, inner, margin, scale)) for side in whole.shape[2:]]
        output = None
        for rows, columns in product(*spans):
            seen = whole[:, :, rows.seen, columns.seen]
            part = translate(seen)
            if (found := _scale(part, *seen.shape[2:])) != scale:
                raise GanworksError(f"the network enlarges {found} times, not {scale} times: tile it with that scale")
            if output is None:
                sides = (scale * side for side in whole.shape[2:])
                output = torch.empty((*part.shape[:2], *sides), dtype=part.dtype, device=whole.device)
            output[:, :, rows.place, columns.place] = part[:, :, rows.kept, columns.kept]
        assert output is not None
        return output

    return padded(in_tiles, images, multiple)


@torch.no_grad()
def receptive_radius(
    translate: Translate, shape: tuple[int, ...], multiple: int = 1, device: torch.device | str = "cpu"
) -> int | None:
    """How many input pixels an output pixel looks away, at least up to where a tile may be cut.

    None where everything depends on everything in images of `shape` C×H×W (statistics of the whole image, attention,
    or a radius of more than half of it): such a network is not tiled. NaN on one side of a cut through the middle is
    followed into the output, so no weight is too small to count. Raises GanworksError for a network that swallows it.
    """
    radius = 0
    for axis in (1, 2):
        side = shape[axis]
        cut = side // 2 // multiple * multiple
        for hidden in (slice(0, cut), slice(cut, side)):
            image = torch.zeros((1, *shape), device=device)
            image.movedim(axis + 1, 0)[hidden] = nan
            output = translate(image)
            scale = _scale(output, *shape[1:])
            unknown = output.isnan().movedim(axis + 1, 0).flatten(1).any(1).cpu()
            if not unknown[scale * hidden.start : scale * hidden.stop].all():
                raise GanworksError("the network hides NaN, so its receptive field cannot be measured: run it whole")
            if unknown.all():
                return None
            radius = max(radius, -(-int(unknown.sum()) // scale) - (hidden.stop - hidden.start))
    return radius


def _spans(side: int, inner: int, margin: int, scale: int) -> Iterator[Span]:
    for start in range(0, side, inner):
        stop = min(start + inner, side)
        # At the border of the image nothing is added: the network pads there as it does with the whole.
        first = max(start - margin, 0)
        kept = slice(scale * (start - first), scale * (stop - first))
        yield Span(slice(first, min(stop + margin, side)), slice(scale * start, scale * stop), kept)


def _grown(images: Tensor, axis: int, multiple: int) -> Tensor:
    side = images.shape[axis]
    if not (missing := -side % multiple):
        return images
    margin = (0, missing, 0, 0) if axis == 3 else (0, 0, 0, missing)
    return pad(images, margin, "reflect" if missing < side else "replicate")


def _scale(output: Tensor, height: int, width: int) -> int:
    scale = output.shape[2] // height
    if scale < 1 or output.shape[2:] != (scale * height, scale * width):
        sizes = f"{height}×{width} into {output.shape[2]}×{output.shape[3]}"
        raise GanworksError(f"the network turns {sizes}, no whole multiple: give it sizes that its strides divide")
    return scale


def _up(pixels: int, multiple: int) -> int:
    return -(-pixels // multiple) * multiple
