"""Keypoints of pictures, read from a JSON or CSV file: N×K×3 of x, y in pixels and visibility, 0 for a missing one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

from ganworks.data.image import Target
from ganworks.data.tables import entries_of
from ganworks.errors import GanworksError

Points = npt.NDArray[np.float32]
_LISTED = 5


def read_keypoints(path: Path, names: Sequence[str], count: int = 17, one_for_all: bool = False) -> Points:
    """The keypoints of the pictures `names` (paths with `/`), float32 N×count×3, in pixels of the files.

    JSON is a list of ``{"image": name, "keypoints": [x, y, v, ...]}`` (``file_name`` and ``filename`` serve too),
    COCO's annotation file with one person an image, or a mapping ``{name: [[x, y, v], ...]}``; CSV has rows ``filename,
    x0, y0, v0, x1, ...``. A name is the whole path or the file's name alone where that is unique. Raises GanworksError
    for a file that is none of these, pictures without keypoints, and a wrong number of them. With `one_for_all` those
    of a file that has no more than one entry are every picture's.
    """
    table: dict[str, list[float]] = {}
    for name, numbers in _rows(path):
        if name in table:
            raise GanworksError(f"{path} has keypoints for {name!r} twice: keep one person for each picture")
        table[name] = numbers
    if one_for_all and len(table) == 1:
        table = dict.fromkeys(names, *table.values())
    files = Counter(PurePosixPath(name).name for name in names)
    found = {}
    for name in names:
        file = PurePosixPath(name).name
        known = name if name in table else file if files[file] == 1 and file in table else None
        if known is not None:
            found[name] = table[known]
    if missing := [name for name in names if name not in found]:
        listed = ", ".join(missing[:_LISTED]) + (f" and {len(missing) - _LISTED} more" if missing[_LISTED:] else "")
        raise GanworksError(
            f"{path} has no keypoints for {len(missing)} of {len(names)} pictures: {listed}; add them or remove those"
            " pictures"
        )
    for name, numbers in found.items():
        if len(numbers) != 3 * count:
            raise GanworksError(
                f"{path} has {len(numbers)} numbers for {name!r}, expected {3 * count}: x, y and visibility of"
                f" {count} keypoints"
            )
    return np.asarray([found[name] for name in names], np.float32).reshape(len(names), count, 3)


def fitted_keypoints(keypoints: Points, sizes: npt.ArrayLike, target: Target) -> Points:
    """Where the N×K×3 keypoints of files of `sizes` (height, width) are in the pictures that `image.fitted` makes."""
    before, after = np.asarray(sizes, np.float64).reshape(-1, 2)[:, ::-1], np.array([target.width, target.height])
    scale = after / before
    if target.fit != "stretch":
        scale = (np.min if target.fit == "pad" else np.max)(scale, axis=1, keepdims=True)
    inner, margin = before * scale, (after - before * scale) / 2
    if target.fit == "pad":  # whole pixels, as they are pasted
        inner = np.maximum(np.rint(inner), 1)
        margin = (after - inner) // 2
    moved = keypoints.copy()
    moved[..., :2] = (keypoints[..., :2] + 0.5) * (inner / before)[:, None] + margin[:, None] - 0.5
    return moved


def _rows(path: Path) -> Iterator[tuple[str, list[float]]]:
    try:
        text = path.read_text("utf-8-sig")
        is_csv = path.suffix.lower() == ".csv"
        entries = list(_from_csv(text, str(path)) if is_csv else _from_json(json.loads(text)))
    except OSError as error:
        raise GanworksError(f"cannot read {path} ({error.strerror or error}): check the path and its rights") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        text = " ".join(str(error).split()) or type(error).__name__
        raise GanworksError(
            f"{path} is no file of keypoints ({text}): expected JSON [{{image, keypoints: [x, y, v, ...]}}, ...] or"
            " {name: [[x, y, v], ...]}, or CSV rows filename,x0,y0,v0,..."
        ) from None
    for name, values in entries:
        try:
            with np.errstate(over="ignore"):
                numbers = np.asarray(values, np.float64).astype(np.float32).ravel()
        except (ValueError, TypeError, OverflowError):
            numbers = np.asarray([np.nan], np.float32)
        if not np.isfinite(numbers).all():
            raise GanworksError(f"{path} has keypoints of {name!r} that are no finite numbers: correct them")
        yield str(name).replace("\\", "/").removeprefix("./"), numbers.tolist()


def _from_json(content: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(content, dict) and "annotations" in content:
        files = {image["id"]: image["file_name"] for image in content["images"]}
        yield from ((files[entry["image_id"]], entry["keypoints"]) for entry in content["annotations"])
    elif isinstance(content, dict):
        yield from content.items()
    else:
        for entry in content:
            key = next((key for key in ("image", "file_name") if key in entry), "filename")
            yield entry[key], entry["keypoints"]


def _from_csv(text: str, where: str) -> Iterator[tuple[str, Any]]:
    yield from ((row[0].strip(), row[1:]) for row in entries_of(text, where))
