"""The emoji of three vendors: each set whole, in two halves that share no glyph, and the people by age."""

from __future__ import annotations

from dataclasses import replace

from ganworks.data.catalogue.entry import Entry
from ganworks.data.catalogue.packages import EMOJI_TABLE, FLUENT, GOOGLE, TWITTER, Source
from ganworks.data.catalogue.people import AGES

GROUPS = (
    "Activities",
    "Animals & Nature",
    "Flags",
    "Food & Drink",
    "Objects",
    "People & Body",
    "Smileys & Emotion",
    "Symbols",
    "Travel & Places",
)
_SPLIT = "split by base glyph, whatever its skin tone, gender or vendor"

WHOLE = (
    Entry(
        "emoji-google",
        f"Noto emoji; {_SPLIT}",
        3_404,
        (3, 64, 64),
        GROUPS,
        ("train", "test"),
        "MIT (package), Apache-2.0 (art)",
        (Source((GOOGLE, EMOJI_TABLE), "emoji_google"),),
    ),
    Entry(
        "emoji-twitter",
        f"Twemoji; {_SPLIT}",
        3_404,
        (3, 64, 64),
        GROUPS,
        ("train", "test"),
        "MIT (package), CC BY 4.0 (art)",
        (Source((TWITTER, EMOJI_TABLE), "emoji_twitter"),),
    ),
    Entry(
        "emoji-fluent",
        f"Microsoft's Fluent 3D emoji, stored at 256×256, read at 64×64; {_SPLIT}",
        3_019,
        (3, 64, 64),
        GROUPS,
        ("train", "test"),
        "MIT",
        (Source((FLUENT, EMOJI_TABLE), "emoji_fluent"),),
        resolution=64,
    ),
)
_HALF_SAMPLES = {
    "emoji-google-a": 1_677,
    "emoji-google-b": 1_727,
    "emoji-twitter-a": 1_677,
    "emoji-twitter-b": 1_727,
    "emoji-fluent-a": 1_509,
    "emoji-fluent-b": 1_510,
}


def _half(whole: Entry, side: str) -> Entry:
    name, source = f"{whole.name}-{side}", Source(whole.sources[0].files, f"emoji_{side}", made_of=(whole.name,))
    about = f"one half of {whole.name}; shares no base glyph with the other half of any vendor; {_SPLIT}"
    return replace(whole, name=name, about=about, samples=_HALF_SAMPLES[name], sources=(source,))


HALVES = tuple(_half(whole, side) for whole in WHOLE for side in "ab")
PEOPLE = Entry(
    "emoji-people",
    "people as baby, child, adult and older, by tone, gender and vendor; split by whole (tone, gender, vendor)",
    150,
    (3, 64, 64),
    tuple(AGES),
    ("train", "test"),
    "MIT (packages), Apache-2.0 (Noto), CC BY 4.0 (Twemoji), MIT (Fluent)",
    (
        Source(
            (GOOGLE, TWITTER, FLUENT, EMOJI_TABLE),
            "emoji_people",
            made_of=tuple(whole.name for whole in WHOLE),
        ),
    ),
    resolution=64,
    person=r"([^/]*)\.\w+$",
)
EMOJI = (*WHOLE, *HALVES, PEOPLE)
