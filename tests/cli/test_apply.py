"""`ganworks apply`: whatever is in a folder is translated, told or refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.cli.conftest import Call, draw_photos

import ganworks
from ganworks.record.grid import as_bytes

SETTINGS = {
    "training.threads": 1,
    "training.precision": "fp32",
    "record.samples": 4,
    "data.resolution": 8,
    "game.generator.width": 4,
    "game.discriminator.width": 4,
    "game.discriminator.patch": 16,
}


def trained(recipe: str, folder: Path, photos: Path, **more: object) -> Path:
    ganworks.train(
        recipe, photos, out=folder / recipe, steps=2, batch_size=4, device="cpu", settings={**SETTINGS, **more}
    )
    return folder / recipe


@pytest.fixture(scope="module")
def pix2pix(tmp_path_factory: pytest.TempPathFactory, photos: Path) -> Path:
    """Grey pictures in colour."""
    return trained("pix2pix", tmp_path_factory.mktemp("pix2pix"), photos, **{"data.input": "grey"})


@pytest.fixture(scope="module")
def cyclegan(tmp_path_factory: pytest.TempPathFactory, photos: Path) -> Path:
    other = draw_photos(tmp_path_factory.mktemp("others"), 6)
    settings = {"data.input": str(other), "game.generator.blocks": 1}
    return trained("cyclegan", tmp_path_factory.mktemp("cyclegan"), photos, **settings)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Of odd sizes, grey, transparent, turned, broken, in sub-folders."""
    folder, random = tmp_path / "pictures", np.random.default_rng(0)
    (folder / "deeper").mkdir(parents=True)
    noise = {channels: random.integers(0, 256, (13, 21, channels), dtype=np.uint8) for channels in (1, 3, 4)}
    Image.fromarray(noise[3]).save(folder / "deeper" / "odd.JPG")
    Image.fromarray(noise[4]).save(folder / "transparent.png")
    Image.fromarray(noise[1][..., 0]).save(folder / "grey.bmp")
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.fromarray(noise[3]).save(folder / "turned.webp", exif=turned)
    Image.fromarray(noise[3][:1, :2]).save(folder / "tiny.png")
    (folder / "broken.png").write_text("no picture")
    (folder / "notes.txt").write_text("no picture either")
    return folder


SIZES = {"deeper/odd.JPG": (21, 13), "grey.png": (21, 13), "tiny.png": (2, 1), "transparent.png": (21, 13)}
SIZES |= {"turned.webp": (13, 21)}


def files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("recipe", ["pix2pix", "cyclegan"])
def test_a_folder_of_anything(call: Call, recipe: str, pictures: Path, request: pytest.FixtureRequest) -> None:
    run = request.getfixturevalue(recipe)
    before = {name: path.read_bytes() for name, path in files(pictures).items()}
    called = call("apply", run, "pictures", "--out", "out")
    assert called.out == f"5 pictures by {run} (step 2) in out, 1 skipped\n"
    assert called.err == "skipped broken.png: not an image of a known format\n"
    assert called.code == 1
    found = files(Path("out"))
    assert {name: Image.open(path).size for name, path in found.items()} == SIZES
    assert {name: Image.open(path).mode for name, path in found.items() if Image.open(path).mode != "RGB"} == {
        "transparent.png": "RGBA"
    }
    assert {name: path.read_bytes() for name, path in files(pictures).items()} == before

    given, made = Image.open(pictures / "transparent.png"), Image.open(found["transparent.png"])
    assert np.array_equal(np.asarray(given)[..., 3], np.asarray(made)[..., 3])
    loaded = ganworks.load(run)
    opaque = np.asarray(given)[..., 3] == 255
    assert np.array_equal(np.asarray(made)[opaque, :3], as_bytes(loaded.translate(given))[0][opaque])
    assert call("apply", run, pictures / "deeper" / "odd.JPG", "--out", "alone").code == 0
    assert Path("alone/odd.JPG").read_bytes() == found["deeper/odd.JPG"].read_bytes(), "others do not matter"


def test_a_training_says_how_to_translate(call: Call, photos: Path) -> None:
    words = [word for name, value in SETTINGS.items() for word in (f"--{name}", value)]
    called = call("train", "pix2pix", "--data", photos, "--input", "grey", "--steps", 1, "--batch-size", 4, *words)
    assert called.code == 0, called.err
    run = Path("runs/pix2pix-photos-1")
    assert f"\ntranslate: ganworks apply {run} pictures/ --out translated/\n" in called.out
    (line,) = (line for line in called.out.splitlines() if line.startswith("comparison "))
    assert Path(line.split()[1]) == run / "comparisons" / "00000001.png"
    assert Path(line.split()[1]).is_file()


def test_what_translations_can_be_asked_for_is_said(call: Call, photos: Path, tmp_path: Path) -> None:
    settings = {"data.input": str(photos), "game.generator.blocks": 1}
    called = call("resume", trained("cyclegan", tmp_path, photos, **settings), "--steps", 3)
    assert "pictures/ --out translated/ [--direction ...]\n" in called.out


def test_variants_are_those_of_the_seeds_that_follow(call: Call, pix2pix: Path, pictures: Path) -> None:
    (pictures / "broken.png").unlink()
    called = call("apply", pix2pix, "pictures", "--out", "out", "--variants", "3", "--seed", "5")
    assert (called.code, called.out) == (0, f"15 pictures by {pix2pix} (step 2) in out\n")
    found = files(Path("out"))
    assert {name for name in found if "grey" in name} == {f"grey-{i}.png" for i in (1, 2, 3)}
    assert len({found[f"grey-{i}.png"].read_bytes() for i in (1, 2, 3)}) == 3
    assert call("apply", pix2pix, "pictures/grey.bmp", "--out", "alone", "--seed", "7").code == 0
    assert Path("alone/grey.png").read_bytes() == found["grey-3.png"].read_bytes()


def test_both_directions(call: Call, cyclegan: Path, pictures: Path) -> None:
    for direction in ("a2b", "b2a"):
        assert call("apply", cyclegan, "pictures/tiny.png", "--out", direction, "--direction", direction).code == 0
    assert call("apply", cyclegan, "pictures/tiny.png", "--out", "there").code == 0
    there, back, plain = (Path(folder, "tiny.png").read_bytes() for folder in ("a2b", "b2a", "there"))
    assert there == plain != back


def test_what_is_there_is_kept_unless_asked(call: Call, cyclegan: Path, pictures: Path) -> None:
    Path("out").mkdir()
    for name in ("tiny.png", "turned.webp"):
        Path("out", name).write_text("mine")
    refused = call("apply", cyclegan, "pictures", "--out", "out")
    assert (refused.code, refused.out) == (2, "")
    assert "out/tiny.png and 1 more exist already" in refused.err
    assert sorted(files(Path("out"))) == ["tiny.png", "turned.webp"]
    assert call("apply", cyclegan, "pictures", "--out", "out", "--overwrite").code == 1
    assert sorted(files(Path("out"))) == sorted(SIZES)
    assert Image.open("out/tiny.png").size == (2, 1)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("pix2pix absent --out out", 2, "absent does not exist"),
        ("pix2pix empty --out out", 1, "empty holds no images"),
        ("pix2pix pictures/broken.png --out out", 1, "broken.png cannot be read"),
        ("pix2pix pictures --out pictures", 2, "pictures is what is to be translated"),
        ("pix2pix pictures --out pictures/translated", 2, "is in pictures"),
        ("pix2pix pictures/tiny.png --out pictures --overwrite", 2, "tiny.png is to be translated"),
        ("pix2pix pictures --out pictures/tiny.png", 2, "is a file"),
        ("pix2pix twins --out out", 2, "a.bmp and a.png would both become out/a.png"),
        ("pix2pix nested/in --out nested --overwrite", 2, "is to be translated"),
        ("pix2pix pictures --out out --direction b2a", 2, "cannot be asked for direction, nor for anything else"),
        ("pix2pix pictures --out out --mask pictures", 2, "cannot be asked for mask"),
        ("pix2pix pictures --out out --variants 0", 2, "at least 1"),
        ("cyclegan pictures --out out --direction up", 2, "--direction"),
        ("cyclegan pictures --out out --scale 2", 2, "cannot be asked for scale, only for direction"),
        ("cyclegan pictures --out out --variants 2", 2, "one answer"),
        ("image_run pictures --out out", 2, "makes pictures of noise"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(
    call: Call, pictures: Path, tmp_path: Path, request: pytest.FixtureRequest, words: str, code: int, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    for place in ("twins/a.bmp", "twins/a.png", "nested/in/in/b.png", "nested/in/b.png"):
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4)).save(place)
    before = {name: path.stat().st_mtime_ns for name, path in files(tmp_path).items()}
    name, *rest = words.split()
    called = call("apply", request.getfixturevalue(name), *rest)
    assert called.code == code
    assert called.err.count("\n") == 1
    assert said in called.err
    assert {name: path.stat().st_mtime_ns for name, path in files(tmp_path).items()} == before
    assert not Path("out").exists()
