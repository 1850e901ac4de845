"""Pictures of samples: grids of images, clouds of points."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate, pad

from ganworks.record.atomic import write_atomically


def picture(samples: Tensor, columns: int | None = None) -> Image.Image:
    """A picture of N samples: images N×C×H×W in [−1, 1] side by side, points N×2 as a cloud."""
    return grid(samples, columns) if samples.dim() == 4 else cloud(samples.flatten(1))


def grid(images: Tensor, columns: int | None = None, gap: int = 2) -> Image.Image:
    """N×C×H×W images in [−1, 1], row by row, small ones enlarged; of many channels the first three."""
    count, channels, height, width = images.shape
    columns = columns or ceil(sqrt(count))
    rows = ceil(count / columns)
    canvas = np.full((rows * (height + gap) + gap, columns * (width + gap) + gap, channels), 255, np.uint8)
    for index, pixels in enumerate(as_bytes(images)):
        top, left = (
            gap + place * (side + gap) for place, side in zip(divmod(index, columns), (height, width), strict=True)
        )
        canvas[top : top + height, left : left + width] = pixels
    shown = channels if channels in (3, 4) else 3 if channels > 4 else 1
    image = Image.fromarray(canvas[:, :, 0] if shown == 1 else canvas[:, :, :shown])
    factor = max(1, 512 // max(image.size))
    return image.resize((image.width * factor, image.height * factor), Image.Resampling.NEAREST)


def beside(columns: Sequence[Tensor]) -> Image.Image:
    """A row for each of N pictures of several kinds, N×C×H×W in [−1, 1]: a column for each kind, enlarged to one size.

    Where kinds have different channels, all are shown in colour without transparency.
    """
    size = [max(column.shape[axis] for column in columns) for axis in (2, 3)]
    if len({column.shape[1] for column in columns}) > 1:
        columns = [in_colour(column) for column in columns]
    same = [interpolate(column.float(), size) for column in columns]  # by nearest pixels
    return grid(torch.stack(same, 1).flatten(0, 1), len(columns))


def in_colour(images: Tensor) -> Tensor:
    """The first three channels of N×C×H×W, or the first one three times."""
    return images[:, :3] if images.shape[1] > 2 else images[:, :1].expand(-1, 3, -1, -1)


def as_bytes(images: Tensor) -> np.ndarray:
    """N×H×W×C uint8 pixels of images in [−1, 1]."""
    scaled = images.detach().float().cpu().add(1).mul(127.5).round().clamp(0, 255)
    return np.ascontiguousarray(scaled.to(torch.uint8).permute(0, 2, 3, 1).numpy())


def image_of(pixels: np.ndarray) -> Image.Image:
    """The picture of H×W×C bytes."""
    return Image.fromarray(pixels.squeeze(2) if pixels.shape[2] == 1 else pixels)


def cloud(points: Tensor, side: int = 512) -> Image.Image:
    """The first two coordinates of N points, darker where there are more."""
    xy = pad(points, (0, 1))[:, :2].detach().float().cpu().numpy()
    reach = float(np.abs(xy).max()) * 1.1 + 1e-6
    counts, _, _ = np.histogram2d(-xy[:, 1], xy[:, 0], bins=side // 2, range=[[-reach, reach]] * 2)
    shade = 255 - np.clip(np.sqrt(counts / max(1.0, counts.max())) * 255 + 64 * (counts > 0), 0, 255)
    return Image.fromarray(shade.astype(np.uint8)).resize((side, side), Image.Resampling.NEAREST)


def save_picture(image: Image.Image, path: Path) -> None:
    """Write a PNG in one move."""
    write_atomically(path, lambda temporary: image.save(temporary, "PNG"))
