""".npy and .npz files, read without ever unpickling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ganworks.errors import GanworksError

Array = npt.NDArray[Any]
_IMAGE_KEYS, _LABEL_KEYS = ("images", "x", "data", "arr_0"), ("labels", "y", "label", "targets", "arr_1")


def read_numpy(path: Path, split: str) -> tuple[Array, Array | None]:
    """Values and labels of the split. Raises GanworksError for pickled objects, missing keys, a damaged file."""
    try:
        # Mapped (.npy only), so that a large file is read piece by piece.
        loaded = np.load(path, mmap_mode="r", allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            _only_split(path, split)
            return loaded, None
        with loaded as archive:
            return _from_archive(archive, path, split)
    except GanworksError:
        raise
    except Exception as error:  # numpy raises anything at all for a damaged header
        if "allow_pickle" in str(error) or "Python objects" in str(error):
            raise GanworksError(f"{path} holds pickled objects, which are never loaded: save plain numbers") from None
        text = " ".join(str(error).split()) or type(error).__name__
        raise GanworksError(f"cannot read {path} ({text}): save it anew with numpy.save or numpy.savez") from error


def _from_archive(archive: Any, path: Path, split: str) -> tuple[Array, Array | None]:
    keys = list(archive.keys())
    splits = {part: _keys_of_split(keys, part) for part in ("train", "test")}
    if splits["train"][0]:
        wanted = [splits[part] for part in splits if split in (part, "all") and splits[part][0]]
        if not wanted:
            raise GanworksError(f"{path} has no {split} split: set data.split to train or all")
        pairs = [(archive[x], archive[y] if y else None) for x, y in wanted]
        labels = [label for _, label in pairs if label is not None]
        return np.concatenate([x for x, _ in pairs]), np.concatenate(labels) if len(labels) == len(pairs) else None
    _only_split(path, split)
    image_key = next((key for key in _IMAGE_KEYS if key in keys), keys[0] if len(keys) == 1 else None)
    if image_key is None:
        found = ", ".join(keys[:6]) or "nothing"
        raise GanworksError(f"{path} holds {found}: name the array of images 'images' (and of labels 'labels')")
    label_key = next((key for key in _LABEL_KEYS if key in keys and key != image_key), None)
    return archive[image_key], archive[label_key] if label_key else None


def _keys_of_split(keys: list[str], split: str) -> tuple[str | None, str | None]:
    images = next((k for k in (f"x_{split}", f"{split}_images", f"{split}_x") if k in keys), None)
    labels = next((k for k in (f"y_{split}", f"{split}_labels", f"{split}_y") if k in keys), None)
    return images, labels


def _only_split(path: Path, split: str) -> None:
    if split == "test":
        raise GanworksError(f"{path} has no test split: set data.split to train or all")
