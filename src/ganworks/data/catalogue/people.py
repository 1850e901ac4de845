"""Emoji of the same people at four ages, for changing an age and keeping a person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ganworks.data.catalogue.glyphs import TONES
from ganworks.data.catalogue.unpack import write

VENDORS = ("google", "twitter", "fluent")
GENDERS = ("neutral", "female", "male")
SKINS = {"none": "", **dict(zip(("light", "medium-light", "medium", "medium-dark", "dark"), TONES, strict=True))}
# In the order of GENDERS; a baby has none.
AGES = {
    "baby": ("1f476",),
    "child": ("1f9d2", "1f467", "1f466"),
    "adult": ("1f9d1", "1f469", "1f468"),
    "older": ("1f9d3", "1f475", "1f474"),
}


def is_test_person(vendor: str, tone: str, gender: str) -> bool:
    """Whether this person is kept for testing at every age: of each vendor and gender the people of one tone.

    So every vendor, gender, tone and age is in train too, in other combinations.
    """
    return list(SKINS).index(tone) == (2 * GENDERS.index(gender) + VENDORS.index(vendor)) % len(SKINS)


def emoji_people(files: Sequence[Path], folder: Path) -> None:
    """split/AGE/VENDOR_TONE_GENDER.png from the folders of the three vendors' sets: one file name is one person."""
    for vendor, whole in zip(VENDORS, files, strict=True):
        pictures = {picture.stem: picture for picture in whole.glob("*/*/*.*")}
        for number, (age, glyphs) in enumerate(AGES.items()):
            for gender, glyph in zip(GENDERS, glyphs, strict=False):
                for tone, code in SKINS.items():
                    picture = pictures[f"{glyph}-{code}" if code else glyph]
                    split = "test" if is_test_person(vendor, tone, gender) else "train"
                    # Numbered, so that the classes come in the order of age.
                    name = f"{split}/{number}-{age}/{vendor}_{tone}_{gender}{picture.suffix}"
                    write(folder, name, picture.read_bytes())
