"""What is drawn in each file of the Fluent package, which mixes up two skin tones, and drawing it in a square."""

from __future__ import annotations

import io

from PIL import Image

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


def squared(content: bytes) -> bytes:
    """The picture as it is, or its middle square: four of the package's files are a few pixels too high."""
    with Image.open(io.BytesIO(content)) as picture:
        side = min(picture.size)
        if picture.size == (side, side):
            return content
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        cut = io.BytesIO()
        picture.crop((left, top, left + side, top + side)).save(cut, picture.format, lossless=True, exact=True)
        return cut.getvalue()
