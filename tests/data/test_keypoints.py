"""Files of keypoints."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganworks.data.image import Target, fitted
from ganworks.data.keypoints import fitted_keypoints, read_keypoints
from ganworks.errors import GanworksError

TWO = {"a.png": [[1, 2, 2], [3, 4.5, 1]], "b/c.png": [[0, 0, 0], [7, 8, 2]]}


def written(folder: Path, content: object, name: str = "poses.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def flat(points: list[list[float]]) -> list[float]:
    return [number for point in points for number in point]


LAYOUTS = {
    "mapping": TWO,
    "flat mapping": {name: flat(points) for name, points in TWO.items()},
    "image": [{"image": name, "keypoints": flat(points)} for name, points in TWO.items()],
    "file_name": [{"file_name": f"./{name}", "keypoints": points, "score": 1} for name, points in TWO.items()],
    "coco": {
        "images": [{"id": 7, "file_name": "a.png"}, {"id": 3, "file_name": "b\\c.png"}],
        "annotations": [
            {"image_id": 3, "keypoints": flat(TWO["b/c.png"])},
            {"image_id": 7, "keypoints": flat(TWO["a.png"])},
        ],
    },
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_says_the_same(layout: str, tmp_path: Path) -> None:
    points = read_keypoints(written(tmp_path, LAYOUTS[layout]), ["b/c.png", "a.png"], count=2)
    assert points.dtype == np.float32
    assert points.tolist() == [[[0, 0, 0], [7, 8, 2]], [[1, 2, 2], [3, 4.5, 1]]]


@pytest.mark.parametrize("header", ["", "filename,x0,y0,v0,x1,y1,v1\n"])
def test_tables(header: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"\ufeff{header}a.png,1,2,2,3,4.5,1\n\nb/c.png,0,0,0,7,8,2\n", "poses.CSV")
    assert read_keypoints(path, ["a.png", "b/c.png"], count=2).tolist() == [TWO["a.png"], TWO["b/c.png"]]


def test_a_files_name_is_enough_where_it_is_unique(tmp_path: Path) -> None:
    path = written(tmp_path, {"a.png": [[1, 2, 2]]})
    assert read_keypoints(path, ["train/a.png"], count=1).tolist() == [[[1, 2, 2]]]
    with pytest.raises(GanworksError, match=r"no keypoints for 2 of 2 pictures: x/a.png, y/a.png; add"):
        read_keypoints(path, ["x/a.png", "y/a.png"], count=1)


def test_missing_pictures_are_listed(tmp_path: Path) -> None:
    path = written(tmp_path, TWO)
    names = ["a.png", *(f"{i}.png" for i in range(7))]
    with pytest.raises(GanworksError, match=r"for 7 of 8 pictures: 0.png, 1.png, 2.png, 3.png, 4.png and 2 more; add"):
        read_keypoints(path, names, count=2)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"a.png": [[1, 2, 2]] * 3}, "has 9 numbers for 'a.png', expected 6: x, y and visibility of 2 keypoints"),
        ({"a.png": [[1, 2], [3, 4]]}, "has 4 numbers for 'a.png', expected 6"),
        ('{"a.png": [[1, NaN, 2], [3, 4, 2]]}', "keypoints of 'a.png' that are no finite numbers"),
        ('{"a.png": [1e39, 1, 2, 3, 4, 2]}', "keypoints of 'a.png' that are no finite numbers"),
        ('{"a.png": [1' + "0" * 400 + ", 1, 2, 3, 4, 2]}", "keypoints of 'a.png' that are no finite numbers"),
        ("[" * 100_000, "is no file of keypoints"),
        ({"a.png": "many"}, "keypoints of 'a.png' that are no finite numbers"),
        ({"a.png": [[1, 2], [3]]}, "keypoints of 'a.png' that are no finite numbers"),
        ({"a.png": None}, "keypoints of 'a.png' that are no finite numbers"),
        ([{"image": "a.png", "keypoints": [1] * 6}] * 2, "has keypoints for 'a.png' twice: keep one person"),
        ("{", "is no file of keypoints (Expecting property name"),
        ("[1, 2]", "is no file of keypoints"),
        ("3", "is no file of keypoints"),
        ([{"keypoints": [1] * 6}], "is no file of keypoints ('filename')"),
        ({"annotations": [{"image_id": 1, "keypoints": []}], "images": []}, "is no file of keypoints (1)"),
    ],
)
def test_bad_files_are_one_line(content: object, says: str, tmp_path: Path) -> None:
    with pytest.raises(GanworksError) as caught:
        read_keypoints(written(tmp_path, content), ["a.png"], count=2)
    assert says in str(caught.value)
    assert "poses.json" in str(caught.value)


def test_bad_tables_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(GanworksError, match=r"'a.png' that are no finite numbers"):
        read_keypoints(written(tmp_path, "a.png,1,2,x", "poses.csv"), ["a.png"], count=1)
    with pytest.raises(
        GanworksError, match=r"poses.csv is no CSV table \(field larger than .*\): is a quote left open"
    ):
        read_keypoints(written(tmp_path, 'a.png,"1' + ",1" * 100_000, "poses.csv"), ["a.png"], count=1)
    with pytest.raises(GanworksError, match=r"cannot read .*none.json \(No such file"):
        read_keypoints(tmp_path / "none.json", ["a.png"])


@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
@pytest.mark.parametrize(("height", "width"), [(90, 60), (60, 97), (40, 40)])
def test_keypoints_move_with_their_pictures(fit: str, height: int, width: int) -> None:
    y, x = np.mgrid[:height, :width]
    where = np.array([[[width * 0.45, height * 0.6, 2.0]]], np.float32)
    spot = np.exp(-((x - where[0, 0, 0]) ** 2 + (y - where[0, 0, 1]) ** 2) / 18)
    picture = fitted(Image.fromarray(np.rint(255 - 255 * spot).astype(np.uint8)), 32, 48, fit)
    dark = 255 - np.asarray(picture, np.float64)
    x, y, visible = fitted_keypoints(where, [(height, width)], Target(1, 32, 48, fit))[0, 0]
    assert visible == 2
    rows, columns = np.mgrid[:32, :48]
    assert (rows * dark).sum() / dark.sum() == pytest.approx(y, abs=0.2)
    assert (columns * dark).sum() / dark.sum() == pytest.approx(x, abs=0.2)
