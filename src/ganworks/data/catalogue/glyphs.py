"""Emoji that are the same picture in another skin tone, gender or direction, from their code points alone."""

from __future__ import annotations

import hashlib

TONES = ("1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff")
# What may follow a joiner without making another picture: gender, direction, hair.
_DROPPED_WHEN_JOINED = {"2640", "2642", "27a1", "1f9b0", "1f9b1", "1f9b2", "1f9b3"}
_GROUPS = (
    "1f9d1 1f468 1f469 1f471 1f9d4",  # person: man, woman, blond, beard
    "1f9d2 1f466 1f467",  # child: boy, girl
    "1f9d3 1f474 1f475",  # older person
    "1fac5 1f934 1f478",  # crown: prince, princess
    "1f385 1f936",  # Father and Mother Christmas
    "1f57a 1f483",  # dancers
    "1f930 1fac3 1fac4",  # pregnant
    "1f46b 1f46c 1f46d",  # two holding hands
    "1f48f 1f491",  # couples
    "1f470 1f935",  # wedding clothes
)
_SAME = {code: group.split()[0] for group in _GROUPS for code in group.split()}
_PEOPLE = {"1f9d1", "1f9d2", "1f9d3"}
# Different code points, one picture: in at least one vendor's set pixel for pixel, or nearly.
_TWINS = {
    "1f63a": "1f431",  # grinning cat, cat face
    "1faf1-200d-1faf2": "1f91d",  # two hands, handshake
    "1f9d1-200d-1f384": "1f385",  # Mx Claus, Father Christmas
}
_SAME_FLAGS = "hm=au um=us ea=es cp=fr mf=fr bv=no sj=no dg=io cq=sa td=ro id=mc"


def _flag(country: str) -> str:
    return "-".join(f"{0x1F1E6 + ord(letter) - ord('a'):x}" for letter in country)


_TWINS |= {_flag(pair[:2]): _flag(pair[3:]) for pair in _SAME_FLAGS.split()}


def canonical(codes: str) -> str:
    """The one spelling of an emoji's code points, so that it has the same file name in every vendor's set.

    Lower-case hex of four digits or more, joined by `-`, without presentation selectors (fe0f) and tag ends (e007f).
    """
    parts = codes.lower().replace("_", "-").split("-")
    return "-".join(part.zfill(4) for part in parts if part not in ("fe0f", "e007f"))


def base_glyph(codes: str) -> str:
    """The code points (hex joined by `-`) without skin tone, gender, hair or direction.

    People together become one glyph for each kind: holding hands, couple, family.
    """
    parts = [part for part in canonical(codes).split("-") if part not in TONES]
    kept: list[str] = []
    for part in parts:
        if kept and kept[-1] == "200d" and part in _DROPPED_WHEN_JOINED:
            kept.pop()
        else:
            kept.append(_SAME.get(part, part))
    people = [part for part in kept if part in _PEOPLE]
    if len(people) > 1:
        if "1f91d" in kept:
            return "1f46b"
        return "1f48f" if "2764" in kept else "1f46a"
    glyph = "-".join(kept)
    return _TWINS.get(glyph, glyph)


def is_test(codes: str) -> bool:
    """Whether the emoji is of the tenth of base glyphs that are kept for testing, in every vendor's set."""
    return hashlib.sha256(base_glyph(codes).encode()).digest()[0] < 26


def half(codes: str) -> str:
    """`a` or `b`: which of two halves of all base glyphs, in train and test alike, the emoji belongs to."""
    return "ab"[hashlib.sha256(f"side {base_glyph(codes)}".encode()).digest()[0] % 2]
