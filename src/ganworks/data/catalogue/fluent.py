"""What is drawn in each file of the Fluent package, which mixes up two skin tones."""

from __future__ import annotations

from ganworks.data.catalogue.glyphs import TONES, base_glyph, canonical

_LIGHTER, _DARKER = TONES[1:3]
# Whose tones are named right: two people, technologists, and the mountain biker of no gender.
_RIGHT = {"1f46b", "1f48f", "1f9d1-200d-1f4bb"}
_BIKER = "1f6b5"


def drawn(codes: str) -> str:
    """The code points of what a file of this name shows, in their canonical spelling.

    Of its 304 drawings of medium-light skin, 288 are named as medium skin, and the other way round.
    """
    named = canonical(codes)
    if base_glyph(named) in _RIGHT or "-".join(part for part in named.split("-") if part not in TONES) == _BIKER:
        return named
    exchanged = {_LIGHTER: _DARKER, _DARKER: _LIGHTER}
    return "-".join(exchanged.get(part, part) for part in named.split("-"))
