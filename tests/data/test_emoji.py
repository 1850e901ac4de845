"""Emoji of several vendors pair by file name, split by base glyph, and people by whole persons."""

from __future__ import annotations

import io
import shutil
from collections import Counter
from importlib import import_module
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.data.packed import emoji_table, tgz

from ganworks.config import DataSettings
from ganworks.data.catalogue import clients, describe, fetch
from ganworks.data.catalogue.fluent import drawn, squared
from ganworks.data.catalogue.glyphs import base_glyph, half, is_test
from ganworks.data.catalogue.layouts import LAYOUTS
from ganworks.data.catalogue.people import AGES, GENDERS, SKINS, VENDORS, is_test_person
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples

VARIANTS = [
    ["1f468-200d-1f3a4", "1f469-200d-1f3a4", "1f9d1-200d-1f3a4", "1f9d1-1f3fb-200d-1f3a4"],  # singers
    ["1f6b6", "1f6b6-200d-2640-fe0f", "1f6b6-1f3fd-200d-2642-fe0f", "1f6b6-200d-27a1-fe0f"],  # walking
    ["1f44d", "1f44d-1f3ff"],
    ["1f466", "1f467-1f3fb", "1f9d2"],
    ["1f46b", "1f46c-1f3fb", "1f469-1f3fb-200d-1f91d-200d-1f468-1f3ff"],
    ["1f46a", "1f468-200d-1f469-200d-1f467-200d-1f466", "1f469-200d-1f466"],
    ["1f48f", "1f469-200d-2764-fe0f-200d-1f48b-200d-1f468"],
    ["1f91d", "1faf1-1f3fb-200d-1faf2-1f3fc"],
    ["23-fe0f-20e3", "0023-fe0f-20e3", "0023-20E3"],
    ["1f1f3-1f1f4", "1f1f8-1f1ef", "1f1e7-1f1fb"],  # one flag: Norway, Svalbard, Bouvet Island
]


def test_variants_share_a_base_glyph_and_so_a_split() -> None:
    for variants in VARIANTS:
        assert len({base_glyph(codes) for codes in variants}) == 1, variants
        assert len({is_test(codes) for codes in variants}) == 1
    assert len({base_glyph(variants[0]) for variants in VARIANTS}) == len(VARIANTS)


def test_a_tenth_of_glyphs_is_kept_for_testing() -> None:
    assert 0.08 < sum(is_test(f"{code:x}") for code in range(0x1F300, 0x1F5FF)) / 0x2FF < 0.12


def picture(colour: int, height: int = 8) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, height), (colour, 0, 0)).save(file, "PNG")
    return file.getvalue()


GROUPS = {"😀": "Smileys & Emotion", "👍": "People & Body", "🇳🇴": "Flags", "#️⃣": "Symbols", "🏴󠁧󠁢󠁥󠁮󠁧󠁿": "Flags"}
PACKAGES = {
    "google": "emoji-datasource-google",
    "twitter": "emoji-datasource-twitter",
    "fluent": "@lobehub/fluent-emoji-3d",
}
ROOTS = {"google": "package/img/google/64/", "twitter": "package/img/twitter/64/", "fluent": "package/assets/"}


def arranged(folder: Path, vendor: str, names: list[str], groups: dict[str, str] = GROUPS) -> dict[str, Path]:
    """The files of a vendor's set by their stem; the colour of each is the number of its name."""
    folder.mkdir()
    ending = ".webp" if vendor == "fluent" else ".png"
    pictures = tgz(
        folder / "p.tgz", {f"{ROOTS[vendor]}{name}{ending}": picture(number) for number, name in enumerate(names)}
    )
    LAYOUTS[f"emoji_{vendor}"]([pictures, emoji_table(folder / "t.tgz", groups)], folder / "set")
    return {path.stem: path for path in (folder / "set").rglob(f"*{ending}")}


def test_emoji_are_arranged_by_split_and_group(tmp_path: Path) -> None:
    names = ["1f600", "1f44d", "1f44d-1f3fb", "1f1f3-1f1f4", "1f1f8-1f1ef", "1f3fb"]
    found = arranged(tmp_path / "google", "google", names)
    assert set(found) == set(names) - {"1f3fb"}
    assert found["1f600"].parent.name == "Smileys & Emotion" and found["1f44d"].parent == found["1f44d-1f3fb"].parent
    assert {path.parts[-3] for path in found.values()} <= {"train", "test"}


def test_an_emoji_has_one_file_name_at_every_vendor(tmp_path: Path) -> None:
    england = "1f3f4-e0067-e0062-e0065-e006e-e0067"
    google = arranged(tmp_path / "google", "google", ["0023-fe0f-20e3", f"{england}-e007f", "1f44d-1f3fb"])
    fluent = ["23-fe0f-20e3", "0023-fe0f-20e3", england.replace("-e", "_e").replace("_e", "-e", 1), "1f44d-1f3fb"]
    found = arranged(tmp_path / "fluent", "fluent", fluent)
    assert set(google) == set(found) == {"0023-20e3", england, "1f44d-1f3fb"}
    assert found["0023-20e3"].read_bytes() == picture(fluent.index("0023-fe0f-20e3")), "the one spelled in full"
    paired = {stem: path.relative_to(tmp_path / "google").with_suffix("") for stem, path in google.items()}
    assert paired == {stem: path.relative_to(tmp_path / "fluent").with_suffix("") for stem, path in found.items()}


def test_fluent_tones_are_put_right() -> None:
    assert drawn("1f44d-1f3fc") == "1f44d-1f3fd" and drawn("1f44d-1f3fd") == "1f44d-1f3fc"
    assert drawn("1f6b5-1f3fc-200d-2640-fe0f") == "1f6b5-1f3fd-200d-2640"
    right = ["1f46c-1f3fc", "1f491-1f3fd", "1f468-1f3fc-200d-1f4bb", "1f6b5-1f3fd", "1f44d-1f3fb", "1f44d"]
    assert [drawn(codes) for codes in right] == right


def test_fluent_pictures_are_square() -> None:
    assert squared(picture(5)) == picture(5)
    with Image.open(io.BytesIO(squared(picture(5, height=12)))) as cut:
        assert cut.size == (8, 8) and cut.getpixel((4, 4)) == (5, 0, 0)


def test_halves_share_no_base_glyph_and_are_independent_of_the_split() -> None:
    for variants in VARIANTS:
        assert len({half(codes) for codes in variants}) == 1, variants
    quarters = Counter((half(f"{code:x}"), is_test(f"{code:x}")) for code in range(0x1F300, 0x1FAFF))
    sides = {test: quarters["a", test] / (quarters["a", test] + quarters["b", test]) for test in (False, True)}
    assert 0.46 < sides[False] < 0.54 and 0.4 < sides[True] < 0.6


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Every vendor's package with the people and twenty smileys, handed out by a fake client that counts."""
    people = [f"{glyph}-{tone}" if tone else glyph for tone in SKINS.values() for age in AGES.values() for glyph in age]
    names = [*people, *(f"{code:x}" for code in range(0x1F600, 0x1F614))]
    groups = {chr(int(name.split("-")[0], 16)): "Smileys & Emotion" for name in names}
    files = {"unicode-emoji-json": emoji_table(tmp_path / "table.tgz", groups)}
    for vendor, package in PACKAGES.items():
        ending = ".webp" if vendor == "fluent" else ".png"
        content = {f"{ROOTS[vendor]}{name}{ending}": picture(number) for number, name in enumerate(names)}
        files[package] = tgz(tmp_path / f"{vendor}.tgz", content)
    asked: Counter[str] = Counter()

    def download(file: clients.Package, folder: Path, progress: bool) -> Path:
        asked[file.name] += 1
        return Path(shutil.copy(files[file.name], folder))

    monkeypatch.setattr(import_module("ganworks.data.catalogue.fetch"), "download", download)
    return asked


def test_halves_come_from_the_whole_set_which_is_fetched_once(packages: Counter[str]) -> None:
    whole = {path.relative_to(fetch("emoji-google")): path.read_bytes() for path in fetch("emoji-google").glob("*/*/*")}
    found = {}
    for side in "ab":
        folder = fetch(f"emoji-google-{side}", progress=False)
        part = {path.relative_to(folder): path.read_bytes() for path in folder.glob("*/*/*")}
        assert part and {half(path.stem) for path in part} == {side}
        found |= part
    assert found == whole and packages["emoji-datasource-google"] == 1
    other = {base_glyph(path.stem) for path in fetch("emoji-fluent-b", progress=False).glob("*/*/*")}
    assert other and not other & {base_glyph(path.stem) for path in fetch("emoji-google-a").glob("*/*/*")}


def test_each_half_of_each_vendor_is_named() -> None:
    for vendor, side in product(VENDORS, "ab"):
        entry, whole = describe(f"emoji-{vendor}-{side}"), describe(f"emoji-{vendor}")
        assert entry.megabytes == whole.megabytes and entry.licence == whole.licence and entry.classes == whole.classes
        assert entry.sources[0].made_of == (whole.name,) and 0.4 < entry.samples / whole.samples < 0.6


def test_people_open_with_their_ages_as_labels(packages: Counter[str]) -> None:
    entry = describe("emoji-people")
    folder = fetch("emoji-people", progress=False)
    persons = {}
    for split, counts in {"train": [15, 45, 45, 45], "test": [3, 9, 9, 9]}.items():
        samples = open_samples(DataSettings(source="emoji-people", split=split))
        assert isinstance(samples, Samples)
        assert samples.spec.classes == entry.classes == ("baby", "child", "adult", "older")
        assert samples.labels is not None and np.bincount(samples.labels).tolist() == counts
        persons[split] = {path.stem for path in folder.glob(f"{split}/*/*")}
        assert set(samples.spec.identities) == persons[split], "one file name is one person, at every age"
        who = samples.given["identity"].table
        named = [samples.spec.identities[number] for number in who]
        assert named == [Path(name).stem for name in samples.names]
    assert not persons["train"] & persons["test"]
    assert persons["train"] | persons["test"] == {"_".join(cell) for cell in product(VENDORS, SKINS, GENDERS)}
    assert set(packages) == {*PACKAGES.values(), "unicode-emoji-json"} and packages["@lobehub/fluent-emoji-3d"] == 1


def test_every_vendor_gender_tone_and_age_is_learnt_from() -> None:
    cells = list(product(VENDORS, SKINS, GENDERS))
    held_out = [cell for cell in cells if is_test_person(*cell)]
    assert len(held_out) == 9
    assert {cell[::2] for cell in held_out} == set(product(VENDORS, GENDERS))
    for value, count in Counter(value for cell in held_out for value in cell).items():
        assert count < sum(value in cell for cell in cells) / 2
    assert max(Counter(tone for _, tone, _ in held_out).values()) <= 2
