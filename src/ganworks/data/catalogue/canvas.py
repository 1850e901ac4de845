"""Drawing shaded round bodies by parallel light on a canvas that remembers depth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Drawn = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Array]
GROUND = (236, 236, 238)
_OVERSAMPLED = 3
_LIGHT = np.array([-0.4, 0.7, 0.6]) / np.linalg.norm([-0.4, 0.7, 0.6])
_AMBIENT = 0.55


class Canvas:
    """A square picture of `side` pixels that shows `metres` metres around the origin, seen along −z; y is up."""

    def __init__(self, side: int, metres: float) -> None:
        self.side, self.fine = side, side * _OVERSAMPLED
        self.scale = self.fine / metres
        self.colours = np.full((self.fine, self.fine, 3), GROUND, np.float64)
        self.depth = np.full((self.fine, self.fine), -np.inf)

    def capsule(self, start: Array, end: Array, radii: tuple[float, float], colour: Array) -> Drawn | None:
        """Draws a limb from `start` to `end` (metres) whose radius goes from one to the other.

        Returns the rows, columns and normals (3 numbers each) of the pixels drawn, or None where all is hidden.
        """
        a, b = self._fine(start), self._fine(end)
        ra, rb = (radius * self.scale for radius in radii)
        low = np.floor(np.minimum(a[:2] - ra, b[:2] - rb)).astype(int).clip(0, self.fine)
        high = np.ceil(np.maximum(a[:2] + ra, b[:2] + rb) + 1).astype(int).clip(0, self.fine)
        x, y = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
        along = b[:2] - a[:2]
        length = float(along @ along)
        t = np.clip(((x - a[0]) * along[0] + (y - a[1]) * along[1]) / max(length, 1e-9), 0, 1)
        if length < 1e-9:
            t = np.full(x.shape, float(b[2] > a[2]))
        dx, dy = x - (a[0] + t * along[0]), y - (a[1] + t * along[1])
        radius = ra + t * (rb - ra)
        inside = radius**2 - dx**2 - dy**2
        rise = np.sqrt(np.maximum(inside, 0))
        depth = a[2] + t * (b[2] - a[2]) + rise
        seen = (inside > 0) & (depth > self.depth[y, x])
        if not seen.any():
            return None
        rows, columns = y[seen], x[seen]
        normals = np.stack([dx[seen], -dy[seen], rise[seen]], axis=1) / radius[seen, None]
        self.depth[rows, columns] = depth[seen]
        self.paint(rows, columns, normals, colour)
        return rows, columns, normals

    def paint(self, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64], normals: Array, colour: Array) -> None:
        """Gives pixels a colour, shaded by their normals."""
        shade = _AMBIENT + (1 - _AMBIENT) * np.maximum(normals @ _LIGHT, 0)
        self.colours[rows, columns] = shade[:, None] * colour

    def pixels(self) -> npt.NDArray[np.uint8]:
        """uint8 side×side×3."""
        blocks = self.colours.reshape(self.side, _OVERSAMPLED, self.side, _OVERSAMPLED, 3)
        found: npt.NDArray[np.uint8] = np.rint(blocks.mean(axis=(1, 3))).clip(0, 255).astype(np.uint8)
        return found

    def keypoint(self, point: Array, within: float) -> tuple[float, float, int]:
        """x and y in pixels, of which the first has its centre at 0, and COCO's visibility.

        That is 2, or 1 where something is drawn more than `within` metres in front of the point.
        """
        x, y, depth = self._fine(point)
        row, column = (min(max(round(place), 0), self.fine - 1) for place in (y, x))
        hidden = self.depth[row, column] > depth + within * self.scale
        coarse = [(place + 0.5) / _OVERSAMPLED - 0.5 for place in (x, y)]
        return round(coarse[0], 2), round(coarse[1], 2), 1 if hidden else 2

    def _fine(self, point: Array) -> Array:
        middle = (self.fine - 1) / 2
        return np.array([middle + point[0] * self.scale, middle - point[1] * self.scale, point[2] * self.scale])
