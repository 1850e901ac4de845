"""`ganworks generate`: folders, grids and arrays of the same samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.cli.conftest import Call

import ganworks
from ganworks.cli import files


def test_a_folder_gets_one_png_per_sample(call: Call, image_run: Path, tmp_path: Path) -> None:
    called = call("generate", image_run, "--count", "40", "--out", "pictures", "--seed", "3")
    assert called.code == 0, called.err
    assert called.out == f"40 samples of {image_run} (step 2) in pictures\n"
    found = sorted(path.name for path in (tmp_path / "pictures").iterdir())
    assert found == [f"{index:05d}.png" for index in range(40)]
    expected = files.as_bytes(ganworks.load(image_run).generate(40, seed=3))
    for index in (0, 39):
        assert np.array_equal(np.asarray(Image.open(tmp_path / "pictures" / f"{index:05d}.png")), expected[index])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pictures"]


def test_arrays_hold_the_pixels(call: Call, image_run: Path) -> None:
    assert call("generate", image_run, "--count", "33", "--out", "a.npz").code == 0
    assert call("generate", image_run, "--count", "33", "--out", "a.npy").code == 0
    expected = files.as_bytes(ganworks.load(image_run).generate(33))
    with np.load("a.npz", allow_pickle=False) as arrays:
        assert set(arrays) == {"images"}
        assert arrays["images"].dtype == np.uint8
        assert np.array_equal(arrays["images"], expected)
    assert np.array_equal(np.load("a.npy", allow_pickle=False), expected)


def test_arrays_are_data_to_train_on(call: Call, labelled_run: Path) -> None:
    assert call("generate", labelled_run, "--count", "20", "--out", "a.npz").code == 0
    called = call("data", "check", "a.npz")
    assert called.code == 0, called.err
    assert "3×8×8 (rgb)" in called.out


def test_a_grid_is_a_picture(call: Call, image_run: Path) -> None:
    assert call("generate", image_run, "--count", "9", "--out", "grid.png").code == 0
    assert Image.open("grid.png").mode == "RGB"


def test_points_become_arrays_and_a_cloud(call: Call, points_run: Path) -> None:
    for name in ("p.npz", "p.npy", "p.png"):
        assert call("generate", points_run, "--count", "50", "--out", name).code == 0
    expected = ganworks.load(points_run).generate(50).numpy()
    assert np.array_equal(np.load("p.npz")["points"], expected)
    assert np.array_equal(np.load("p.npy"), expected)
    refused = call("generate", points_run, "--out", "folder")
    assert refused.code == 2
    assert "points cannot be written as pictures" in refused.err


def test_labels_are_those_the_samples_were_made_for(call: Call, labelled_run: Path) -> None:
    """Sample i of the free labels equals sample i when that label is asked for."""
    assert call("generate", labelled_run, "--count", "40", "--out", "free.npz").code == 0
    free = np.load("free.npz")
    assert set(free["labels"]) == {0, 1}
    for index, name in enumerate(("cats", "dogs")):
        assert call("generate", labelled_run, "--count", "40", "--label", name, "--out", f"{name}.npz").code == 0
        asked = np.load(f"{name}.npz")
        assert (asked["labels"] == index).all()
        same = (asked["images"] == free["images"]).all(axis=(1, 2, 3))
        assert same[free["labels"] == index].all()
        assert not same[free["labels"] != index].any()


def test_a_label_may_be_a_number(call: Call, labelled_run: Path) -> None:
    for label in ("1", "dogs"):
        assert call("generate", labelled_run, "--count", "4", "--label", label, "--out", f"{label}.npy").code == 0
    assert Path("1.npy").read_bytes() == Path("dogs.npy").read_bytes()


@pytest.mark.parametrize(("label", "said"), [("dgos", "did you mean 'dogs'"), ("7", "label 7 does not exist")])
def test_a_wrong_label_is_refused(call: Call, labelled_run: Path, label: str, said: str) -> None:
    called = call("generate", labelled_run, "--label", label, "--out", "a.png")
    assert called.code == 2
    assert said in called.err
    assert not Path("a.png").exists()


def test_nothing_is_overwritten_unless_asked(call: Call, image_run: Path, tmp_path: Path) -> None:
    for out in ("a.png", "folder"):
        words = ("generate", image_run, "--count", "2", "--out", out)
        assert call(*words).code == 0
        refused = call(*words)
        assert refused.code == 2
        assert "--overwrite" in refused.err
        assert call(*words, "--overwrite", "--seed", "1").code == 0


def test_a_failure_leaves_nothing_behind(
    call: Call, image_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    def full(pixels: np.ndarray) -> Image.Image:
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        written.append(pixels)
        return Image.fromarray(pixels)

    monkeypatch.setattr(files, "image_of", full)
    called = call("generate", image_run, "--out", "pictures")
    assert called.code == 1
    assert "cannot write pictures: No space left on device" in called.err
    assert not list(tmp_path.iterdir())


def test_truncation_narrows_and_a_shared_file_gives_the_same(call: Call, points_run: Path) -> None:
    ganworks.load(points_run).save("shared.safetensors")
    for name, source, words in (
        ("free", points_run, ()),
        ("near", points_run, ("--truncation", "0.1")),
        ("shared", "shared.safetensors", ()),
    ):
        assert call("generate", source, "--out", f"{name}.npy", *words).code == 0
    free, near, shared = (np.load(f"{name}.npy") for name in ("free", "near", "shared"))
    assert near.std(0).max() < 0.5 * free.std(0).max()
    assert np.array_equal(free, shared)
