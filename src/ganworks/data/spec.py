"""What a game must know of its data, stored in the run so that a run needs no data to be sampled."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Spec:
    """The shape and labels of one kind of sample; values always lie in [-1, 1] for images.

    Args:
        shape: C×H×W of an image, (D,) of a point.
        classes: names of the labels, in label order; empty when the data has none.
        centre, spread: of points, what every coordinate is moved by and divided by before players see it.
        given: name and shape of what a translator is handed with every sample.
        unpaired: names of what comes in an order of its own and belongs to no sample.
        identities: names of the people that are shown, in the order of their numbers; empty where that is not known.
    """

    shape: tuple[int, ...]
    classes: tuple[str, ...] = ()
    centre: tuple[float, ...] = ()
    spread: tuple[float, ...] = ()
    given: tuple[tuple[str, tuple[int, ...]], ...] = ()
    unpaired: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()

    @property
    def is_image(self) -> bool:
        return len(self.shape) == 3

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Spec:
        found = {name: tuple(fields.get(name, ())) for name in cls.__dataclass_fields__}
        found["given"] = tuple((name, tuple(shape)) for name, shape in found["given"])
        return cls(**found)
