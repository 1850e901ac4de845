"""Points described by themselves: their coordinates are the features."""

from __future__ import annotations

from torch import Tensor

from ganworks.errors import GanworksError


class Coordinates:
    """The features of a point are its coordinates."""

    name = "coordinates"
    resize = "its own scale"

    def features(self, points: Tensor) -> Tensor:
        """Points N×D as they are; raises GanworksError for anything else."""
        if points.ndim != 2 or not points.is_floating_point():
            shape = "×".join(map(str, points.shape[1:]))
            raise GanworksError(f"coordinates describe points, not images of {shape}: choose another extractor")
        return points.detach().cpu()


def extractor() -> Coordinates:
    """What describes points."""
    return Coordinates()
