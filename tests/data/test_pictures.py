import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganworks.config import DataSettings
from ganworks.data import content
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples, require_labels
from ganworks.errors import GanworksError


def opened(source: object, **settings: object) -> Samples:
    samples = open_samples(DataSettings(source=str(source), **settings))
    assert isinstance(samples, Samples)
    return samples


def refusal(source: object, **settings: object) -> str:
    with pytest.raises(GanworksError) as caught:
        opened(source, **settings)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_nested_folders_without_classes_have_no_labels(picture) -> None:
    picture("a.png")
    folder = picture("deep/er/b.png")
    samples = opened(folder)
    assert samples.values.shape == (2, 3, 16, 16) and samples.labels is None and samples.spec.classes == ()
    with pytest.raises(GanworksError, match="has no labels and recipe 'cgan' needs them"):
        require_labels(samples, "cgan")


def test_sub_folders_are_classes_in_natural_order(picture) -> None:
    for person in ("s10", "s2", "s1"):
        for shot in range(2):
            folder = picture(f"{person}/deeper/{shot}.png", seed=int(person[1:]))
    samples = opened(folder)
    assert samples.spec.classes == ("s1", "s2", "s10")
    assert sorted(samples.labels.tolist()) == [0, 0, 1, 1, 2, 2]
    same = [samples.values[samples.labels == label] for label in range(3)]
    assert all(np.array_equal(pair[0], pair[1]) for pair in same)


def test_a_labels_file_wins_over_folders(picture) -> None:
    picture("x/1.png")
    picture("y/2.png")
    folder = picture("y/3.png")
    (folder / "labels.csv").write_text("filename,label\nx/1.png,hat\n2.png,coat\ny/3.png,hat\n")
    samples = opened(folder)
    assert samples.spec.classes == ("coat", "hat") and samples.labels.tolist() == [1, 0, 1]
    (folder / "labels.csv").write_text("x/1.png,hat\n")
    assert "no label for 2 of 3 images, first 'y/2.png'" in refusal(folder)


def test_train_and_test_folders_are_splits_that_share_labels(picture) -> None:
    for name in ("train/cat/1.png", "train/dog/2.png", "train/dog/3.png", "test/dog/4.png", "test/dog/5.png"):
        folder = picture(name)
    assert opened(folder).labels.tolist() == [0, 1, 1]
    test = opened(folder, split="test")
    assert test.spec.classes == ("cat", "dog") and test.labels.tolist() == [1, 1]
    assert len(opened(folder, split="all")) == 5


def test_a_missing_split_is_refused(picture) -> None:
    picture("a.png")
    assert "has no test split" in refusal(picture("b.png"), split="test")


def test_grey_is_promoted_when_others_have_colour(picture) -> None:
    picture("a.png", mode="L")
    folder = picture("b.png", mode="L")
    assert opened(folder).spec.shape == (1, 16, 16)
    picture("c.png", mode="RGB")
    mixed = opened(folder)
    assert mixed.spec.shape == (3, 16, 16) and "2 of 3 images are grey" in mixed.notes[0]
    assert opened(folder, channels="grey").spec.shape == (1, 16, 16)
    picture("d.png", mode="RGBA")
    assert opened(folder, alpha="keep").spec.shape == (4, 16, 16)


def test_the_size_is_the_images_own_or_a_sane_square(picture) -> None:
    picture("a.png", (80, 48))
    folder = picture("b.png", (80, 48))
    assert opened(folder).spec.shape == (3, 48, 80)
    assert opened(folder, resolution=12, width=20).spec.shape == (3, 12, 20)
    picture("c.png", (300, 41))
    assert opened(folder).spec.shape == (3, 48, 48)
    assert "data.resolution" in refusal(folder, width=20)


def test_broken_files_are_named_skipped_and_counted(picture) -> None:
    for number in range(8):
        folder = picture(f"class{number % 2}/{number}.png", seed=number)
    whole = opened(folder)
    (folder / "class0" / "text.png").write_text("not an image")
    (folder / "class1" / "empty.jpg").touch()
    cut = (folder / "class0" / "0.png").read_bytes()
    (folder / "class0" / "0.png").write_bytes(cut[: len(cut) // 2])
    (folder / "class0" / "gone.png").symlink_to("nowhere.png")
    os.mkfifo(folder / "class1" / "pipe.png")
    samples = opened(folder, broken=0.5)
    assert {file.name: file.reason for file in samples.broken}.keys() == {
        "class0/0.png",
        "class0/gone.png",
        "class0/text.png",
        "class1/empty.jpg",
        "class1/pipe.png",
    }
    assert {file.name: file.reason for file in samples.broken}["class0/text.png"] == "not an image of a known format"
    assert np.array_equal(samples.values, whole.values[1:]) and samples.labels.tolist() == [0, 0, 0, 1, 1, 1, 1]
    message = refusal(folder)
    assert "5 of 12 images" in message and "allowed 1.0%" in message and "class0/0.png (" in message


@pytest.mark.parametrize("count, complaint", [(0, "holds no images"), (1, "holds 1 sample")])
def test_too_few_images_are_refused(picture, tmp_path: Path, count: int, complaint: str) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "readme.txt").touch()
    for number in range(count):
        picture(f"{number}.png")
    assert complaint in refusal(tmp_path / "photos")


def test_only_broken_images_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("no")
    (tmp_path / "b.png").write_text("no")
    assert "2 of 2 images" in refusal(tmp_path, broken=1.0)


def test_links_in_circles_end(picture) -> None:
    folder = picture("a/1.png")
    picture("b/2.png")
    for place in ("a", "b"):
        (folder / place / "up").symlink_to(folder, target_is_directory=True)
        (folder / place / "across").symlink_to(folder / ("b" if place == "a" else "a"), target_is_directory=True)
    assert len(opened(folder)) == 2


def test_content_invalidates_the_cache_even_with_size_and_time_kept(picture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "_SETTLED_NS", -(10**18))  # remember hashes of files however fresh
    picture("a.bmp", seed=1)
    folder = picture("b.bmp", seed=2)
    before = opened(folder)
    assert opened(folder).digest == before.digest
    stat = (folder / "a.bmp").stat()
    picture("a.bmp", seed=3)
    os.utime(folder / "a.bmp", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    after = opened(folder)
    assert after.digest != before.digest and not np.array_equal(after.values, before.values)


def zipped(path: Path, folder: Path, under: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, under + file.relative_to(folder).as_posix())
    return path


def test_a_zip_gives_what_its_folder_gives(picture, tmp_path: Path) -> None:
    for number in range(4):
        folder = picture(f"c{number % 2}/{number}.png", seed=number)
    plain = opened(folder)
    (folder / "labels.csv").write_text("".join(f"c{n % 2}/{n}.png,c{n % 2}\n" for n in range(4)))
    for under in ("", "photos/"):
        samples = opened(zipped(tmp_path / f"z{len(under)}.zip", folder, under))
        assert np.array_equal(samples.values, plain.values)
        assert samples.labels.tolist() == plain.labels.tolist() and samples.spec == plain.spec


@pytest.mark.parametrize("name", ["../evil.png", "/etc/evil.png", "a/../../evil.png", "C:/evil.png", "..\\evil.png"])
def test_a_zip_that_climbs_out_is_refused(picture, tmp_path: Path, name: str) -> None:
    picture("a.png")
    archive = zipped(tmp_path / "bad.zip", picture("b.png"))
    with zipfile.ZipFile(archive, "a") as opened_archive:
        opened_archive.writestr(name, b"x")
    assert "climb out" in refusal(archive)
    assert not list(tmp_path.rglob("evil.png"))


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", bytes(600 << 20))
    assert "unpacks to 629,145,600 bytes" in refusal(tmp_path / "bomb.zip")


def test_a_damaged_zip_is_refused(picture, tmp_path: Path) -> None:
    picture("a.png")
    archive = zipped(tmp_path / "cut.zip", picture("b.png"))
    archive.write_bytes(archive.read_bytes()[:-30])
    assert "make the .zip again" in refusal(archive)


def test_names_that_answer_to_nothing() -> None:
    assert "did you mean 'fashion-10k'" in refusal("fashion10k")
    assert "no file or folder './photos'" in refusal("./photos")
    assert "File name too long" in refusal("./" + "x" * 5000)
    assert "neither a file nor a folder" in refusal("/dev/null")


def test_cmyk_and_large_uniform_sources(tmp_path: Path) -> None:
    for number in range(2):
        Image.new("CMYK", (300, 260), (0, 255, 255, 0)).save(tmp_path / f"{number}.jpg")
    samples = opened(tmp_path)
    assert samples.spec.shape == (3, 64, 64)
    assert samples.values[0, 0].min() > 200 and samples.values[0, 1:].max() < 60
