"""Points described by themselves: their coordinates are the features."""

from __future__ import annotations

from torch import Tensor

from ganworks.data.samples import Samples
from ganworks.data.spec import Spec
from ganworks.data.standard import standardised
from ganworks.errors import GanworksError


class Coordinates:
    """The features of a point are its coordinates, in standard units where a `spec` has them.

    As they are, the coordinate with the largest unit would decide every distance.
    """

    name = "coordinates"

    def __init__(self, spec: Spec | None = None) -> None:
        self.spec = spec
        self.resize = "the scale of the real points" if spec and spec.centre else "its own scale"

    def features(self, points: Tensor) -> Tensor:
        """Points N×D; raises GanworksError for anything else."""
        if points.ndim != 2 or not points.is_floating_point():
            shape = "×".join(map(str, points.shape[1:]))
            raise GanworksError(f"coordinates describe points, not images of {shape}: choose another extractor")
        return (standardised(points, self.spec) if self.spec else points).detach().cpu()


def extractor(real: Samples | None = None) -> Coordinates:
    """What describes points beside the real ones."""
    return Coordinates(real.spec if real else None)
