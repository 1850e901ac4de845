"""Ages come from names or a table, and fall into exactly one class or are refused."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganworks.config import DataSettings
from ganworks.data.ages import Aged, age_classes, age_labels, ages_in_names, ages_in_table
from ganworks.data.batches import batches
from ganworks.data.hold_out import hold_out
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.errors import GanworksError, UsageError

PUBLISHED = "0-18,19-29,30-39,40-49,50-59,60+"


def test_the_published_classes() -> None:
    classes = age_classes(PUBLISHED)
    assert [one.name for one in classes] == PUBLISHED.split(",")
    ages = [0, 18, 19, 29, 30, 39, 40, 49, 50, 59, 60, 116]
    labels = age_labels([f"{age}.jpg" for age in ages], [Aged(age) for age in ages], classes)
    assert labels == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(0, 400))
def test_adjoining_classes_hold_every_age_once(widths: list[int], age: int) -> None:
    starts = [sum(widths[:number]) for number in range(len(widths) + 1)]
    closed = [f"{low}-{high - 1}" for low, high in pairwise(starts)]
    classes = age_classes(",".join([*closed, f"{starts[-1]}+"]))
    assert sum(age in one for one in classes) == 1


@pytest.mark.parametrize("option", ["", "0-18,18-29", "19-29,0-18", "18-0", "60+,70+", "young", "0-18,,19+", "-3-5"])
def test_classes_that_cannot_be_are_refused(option: str) -> None:
    with pytest.raises(UsageError) as caught:
        age_classes(option)
    assert "\n" not in str(caught.value)


def test_an_age_outside_every_class_is_refused_by_name() -> None:
    with pytest.raises(GanworksError, match=r"'b/7\.jpg' has the age 7, which no class of 0-5,20\+ holds"):
        age_labels(["b/3.jpg", "b/7.jpg"], [Aged(3), Aged(7)], age_classes("0-5, 20+"))


def test_utkface_names() -> None:
    names = [
        "100_0_0_20170112213500903.jpg.chip.jpg",
        "part1/1_1_2_20161219140623097.jpg",
        "61_1_20170109142408075.jpg.chip.jpg",
        "24_0_1_20170116220224657 .jpg",
    ]
    assert ages_in_names(names) == [Aged(100), Aged(1), Aged(61), Aged(24)]


@pytest.mark.parametrize("name", ["photo.jpg", "IMG_2017.jpg", "1024_0_0_20170112213500903.jpg", "34.jpg", "3_4_5.png"])
def test_a_name_without_an_age_is_refused(name: str) -> None:
    with pytest.raises(GanworksError, match="no age in the file name"):
        ages_in_names(["1_1_2_20161219140623097.jpg", name])


def test_a_table_by_path_or_name_with_and_without_identities() -> None:
    names = ["a/x.jpg", "b/x.jpg", "b/y.jpg"]
    table = "a/x.jpg,3\n./b/x.jpg, 34.9 ,Ada\ny.jpg,60,\n"
    assert ages_in_table(names, table, "t.csv") == [Aged(3), Aged(34, "Ada"), Aged(60)]
    ordered = "\ufeffidentity,Age,filename\nAda,3,a\\x.jpg\nAda,4,b/x.jpg\nBea,5,y.jpg\n"
    assert ages_in_table(names, ordered, "t.csv") == [Aged(3, "Ada"), Aged(4, "Ada"), Aged(5, "Bea")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x.jpg,3", "no age for 'a/y.jpg'"),
        ("x.jpg,3\ny.jpg,old", "'a/y.jpg' the age 'old'"),
        ("x.jpg,3\ny.jpg,-1", "the age '-1'"),
        ("x.jpg,3\ny.jpg,nan", "the age 'nan'"),
        ("x.jpg,3\ny.jpg", "the row 'y.jpg'"),
        ("filename,years\nx.jpg,3", "no column age"),
        ("", "no age for 'a/x.jpg'"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(GanworksError, match=complaint) as caught:
        ages_in_table(["a/x.jpg", "a/y.jpg"], text, "ages.csv")
    assert "ages.csv" in str(caught.value) and "\n" not in str(caught.value)


def test_a_name_that_several_files_share_needs_its_path() -> None:
    with pytest.raises(GanworksError, match=r"no age for 'a/x\.jpg'"):
        ages_in_table(["a/x.jpg", "b/x.jpg"], "x.jpg,3", "ages.csv")


Save = Callable[..., Path]
UTKFACE = {"a/8_0_0_20170112213500903.jpg": 0, "b/70_1_2_20161219140623097.jpg": 2, "b/30_1_0_20170109142408075.jpg": 1}


def opened(**settings: object) -> Samples:
    samples = open_samples(DataSettings.model_validate(settings))
    assert isinstance(samples, Samples)
    return samples


def people(picture: Save, rows: str) -> Path:
    """Four pictures, with a table of who is shown."""
    for seed, name in enumerate(("a.png", "b.png", "c.png", "d.png")):
        folder = picture(name, seed=seed)
    (folder / "people.csv").write_text(rows)
    return folder


def test_age_classes_are_the_labels_of_pictures_named_as_in_utkface(picture: Save) -> None:
    for seed, name in enumerate(UTKFACE):
        folder = picture(name, seed=seed)
    samples = opened(source=str(folder), ages="0-18,19-39,40+")
    assert samples.spec.classes == ("0-18", "19-39", "40+")
    assert samples.labels is not None
    assert dict(zip(samples.names, samples.labels.tolist(), strict=True)) == UTKFACE
    assert samples.spec.identities == () and samples.spec.given == ()
    by_folder = opened(source=str(folder))
    assert by_folder.spec.classes == ("a", "b") and by_folder.digest != samples.digest
    with pytest.raises(GanworksError, match=r"'b/70_.*jpg' has the age 70, which no class of 0-18,19-39 holds"):
        opened(source=str(folder), ages="0-18,19-39")


def test_ages_and_identities_come_from_a_table_and_go_with_the_pictures(picture: Save, tmp_path: Path) -> None:
    folder = people(picture, "d.png,70,Ada\na.png,5,Bea\nb.png,30\nc.png,31,Ada\n")
    samples = opened(source=str(folder), ages="0-18,19+", people="people.csv")
    assert samples.labels is not None and samples.labels.tolist() == [0, 1, 1, 1]
    assert samples.spec.identities == ("Ada", "Bea") and samples.spec.given == (("identity", ()),)
    expected = {"a.png": 1, "b.png": -1, "c.png": 0, "d.png": 0}
    numbers = {samples.values[row].tobytes(): expected[name] for row, name in enumerate(samples.names)}
    learnt, held_out = hold_out(samples, 0.5)
    for part in (samples, learnt, held_out):
        assert isinstance(part, Samples)
        batch = next(batches(part, len(part), 0))
        found = [numbers[picture.numpy().tobytes()] for picture in batch.values]
        assert batch.given["identity"].tolist() == found
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.write_text("a.png,5,Eva\nb.png,30,Eva\nc.png,31,Eva\nd.png,70,Eva\n")
    alone = opened(source=str(folder), people=str(elsewhere))
    assert alone.spec.classes == () and alone.spec.identities == ("Eva",), "identities without classes"


def test_without_ages_nothing_begins(picture: Save, tmp_path: Path) -> None:
    folder = people(picture, "a.png,5\n")
    for settings, complaint in [
        ({"ages": "0-18,19+"}, "no age in the file name 'a.png'"),
        ({"ages": "0-18,18+"}, "overlap"),
        ({"ages": "0-18,19+", "people": "people.csv"}, "no age for 'b.png': add a row"),
        ({"people": "nowhere.csv"}, "nowhere.csv is neither in .* nor here: give the path"),
    ]:
        with pytest.raises(GanworksError, match=complaint) as caught:
            opened(source=str(folder), **settings)
        assert "\n" not in str(caught.value)
    with pytest.raises(UsageError, match="ages and people go by file name, which array has none of"):
        open_samples(DataSettings(ages="0+"), source=np.zeros((4, 1, 8, 8), np.uint8))
