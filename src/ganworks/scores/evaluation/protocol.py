"""How a score was measured: numbers of different protocols are not comparable, and are refused to be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ganworks.errors import UsageError

VERSION = 2
"""Raised when the way samples are chosen or described changes."""


@dataclass(frozen=True)
class Protocol:
    """All that a score depends on beside the samples that are scored.

    Args:
        extractor: name, with its version; features of another one are of another kind.
        resize: how images are brought to the extractor's size.
        data: name of the real samples.
        digest: of their content and of how they were decoded.
        split: part of the source that they are.
        generated, real: how many of each are compared; most scores are biased by it.
        version: of the protocol itself.
    """

    extractor: str
    resize: str
    data: str
    digest: str
    split: str
    generated: int
    real: int
    version: int = VERSION

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def require_same(self, other: Mapping[str, Any], where: str, but: Collection[str] = ()) -> None:
        """Raises UsageError naming the fields in which `other`, read from `where`, differs; `but` some and the name."""
        if not other:
            raise UsageError(f"{where} tells no protocol: compare with what `evaluate` gave or wrote")
        mine = {name: value for name, value in self.to_dict().items() if name not in ("data", *but)}
        differing = [name for name, value in mine.items() if other.get(name) != value]
        if differing:
            pairs = [f"{name} ({_short(other.get(name))} there, {_short(mine[name])} here)" for name in differing]
            raise UsageError(f"{where} was measured by another protocol and cannot be compared: {', '.join(pairs)}")


def _short(value: object) -> str:
    text = str(value)
    return f"{text[:8]}…" if len(text) == 64 else text
