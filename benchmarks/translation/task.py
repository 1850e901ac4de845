"""What a family's file says of a table: what is trained on what, and what is measured on held-out images."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ganworks.games.game import Game
from ganworks.tree import Tree

Scores = dict[str, float]
"""Numbers by measure."""


@dataclass(frozen=True)
class Task(ABC):
    """A table: a row for each method after each stage of its training, and for references that nobody trains.

    Args:
        name: how it is asked for, its family first.
        source: what is trained on.
    """

    name: str
    source: str

    recipe: ClassVar[str]
    steps: ClassVar[int]
    width: ClassVar[int]
    seeds: ClassVar[int] = 1
    stages: ClassVar[tuple[str, ...]] = ("",)
    """Names of the stages after which it is scored: the end alone, or also where the first of two ends."""
    first: ClassVar[float] = 1.0
    """The share of the steps, at least half, that the first stage has."""
    columns: ClassVar[Mapping[str, str]]
    """The heading of each measure."""
    protocol: ClassVar[str]
    """How the numbers came about, in one paragraph."""

    @property
    def family(self) -> str:
        return self.name.split()[0]

    def first_steps(self, steps: int) -> int:
        return int(self.first * steps)

    @abstractmethod
    def methods(self, steps: int, width: int) -> dict[str, Tree]:
        """What each training changes in the recipe; the first is the one that is shown."""

    @abstractmethod
    def check(self, game: Game) -> Scores:
        """What a trained game makes of the held-out images."""

    @abstractmethod
    def references(self) -> dict[str, Scores]:
        """The same of what needs no training."""

    @abstractmethod
    def marks(self, rows: Mapping[str, Scores]) -> dict[str, bool]:
        """What must hold of the table, and whether it does; `rows` are the means over seeds."""

    @abstractmethod
    def shown(self, game: Game, count: int) -> list[Tensor]:
        """Columns of `count` held-out images: what is given, what is made of it, and the truth where there is one."""
