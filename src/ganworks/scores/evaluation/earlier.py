"""Earlier scores: where they come from, and whether others can be compared with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ganworks.errors import UsageError
from ganworks.scores.evaluation import history
from ganworks.scores.evaluation.protocol import Protocol

if TYPE_CHECKING:
    from ganworks.scores.evaluation.evaluation import Evaluation

Source: TypeAlias = "Evaluation | Mapping[str, Any] | str | Path"
"""An evaluation, its `to_dict()`, a file that one was written to, or a run that was scored."""


@dataclass(frozen=True)
class Earlier:
    """Scores by name, with their errors and protocol, and what they are called."""

    found: Mapping[str, Any]
    where: str = "the other"

    @classmethod
    def of(cls, source: Source, where: str = "the other") -> Earlier:
        """Scores from anywhere; raises UsageError where there are none."""
        if isinstance(source, str | Path):
            return cls(history.from_file(Path(source)), str(source))
        return cls(source if isinstance(source, Mapping) else source.to_dict(), where)

    def require_same(self, protocol: Protocol, but: Collection[str] = ()) -> None:
        """Raises UsageError for another protocol, naming the fields that differ, of all `but` those not yet known."""
        protocol.require_same(self.found.get("protocol") or {}, self.where, but)

    def require_any(self, versions: Mapping[str, int]) -> None:
        """Raises UsageError unless one of these scores is among them, of this version."""
        there = [name for name in versions if name in self.found]
        if not there:
            raise UsageError(f"{self.where} has none of the scores {', '.join(versions)}: compute them there too")
        if not self.of_version(versions):
            raise UsageError(f"{self.where} has {', '.join(there)} by another definition: compute them there anew")

    def of_version(self, versions: Mapping[str, int]) -> dict[str, float]:
        """The values among these whose definition did not change."""
        told = self.found.get("versions") or {}
        return {
            name: self.found[name] for name in versions if name in self.found and told.get(name, 1) == versions[name]
        }
