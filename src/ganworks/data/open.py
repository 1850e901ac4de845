"""From what the user names (a path, a catalogue name, a Dataset, an array) to samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from ganworks.config import DataSettings
from ganworks.data.ages import aged
from ganworks.data.arrays import array_file_samples, array_samples
from ganworks.data.catalogue.entries import ENTRIES
from ganworks.data.catalogue.fetch import fetch
from ganworks.data.dataset import dataset_samples
from ganworks.data.geometry import SIDES, holds_two
from ganworks.data.identities import identified, named_by
from ganworks.data.idx import IdxPair, is_idx, pair_of, pairs_in, read_idx
from ganworks.data.inputs.made import PACKAGE as MADE
from ganworks.data.listing import list_folder, list_zip
from ganworks.data.numpy_files import read_numpy
from ganworks.data.pairing import halved, paired, parted, unpaired, with_made_input
from ganworks.data.pictures import picture_samples
from ganworks.data.poses import keypoints_of, reposed
from ganworks.data.samples import DatasetSamples, Samples, SizedDataset
from ganworks.data.toys import TOYS, toy_samples
from ganworks.errors import GanworksError, UsageError, unknown
from ganworks.lookup import names


def open_samples(
    settings: DataSettings, *, source: object | None = None, progress: bool = False
) -> Samples | DatasetSamples:
    """The samples of `settings.source`, with what is translated to them if `settings.input` says so.

    They are decoded into the cache the first time.

    Args:
        settings: which split to read, and how pictures become C×H×W uint8.
        source: given from Python instead of `settings.source`: a torch Dataset, an array or tensor (N×D points,
            N×H×W, N×H×W×C or N×C×H×W images), a pair of values and labels, a path or a name.
        progress: show a bar while fetching and decoding.

    Raises UsageError for a name that nothing answers to, GanworksError for data that cannot be used.
    """
    samples = open_source(settings, source, progress)
    if settings.ages is not None or settings.people is not None:
        samples = with_ages(samples, settings, source, progress)
    if settings.keypoints is not None:
        return with_poses(samples, settings, source, progress)
    if settings.input is None:
        return samples
    if not isinstance(samples, Samples):
        raise UsageError("data.input needs images in files or arrays: give a translator no torch Dataset")
    return with_input(samples, settings, progress)


def with_input(samples: Samples, settings: DataSettings, progress: bool) -> Samples:
    """The samples with what is translated to them."""
    wanted = str(settings.input)
    if holds_two(settings) or is_made(wanted):
        pairs = halved(samples, wanted) if holds_two(settings) else with_made_input(samples, wanted)
        return pairs if settings.paired else parted(pairs)
    other = open_source(settings.model_copy(update={"source": wanted}), None, progress)
    assert isinstance(other, Samples)
    if not settings.paired:
        return unpaired(samples, other)
    return paired(samples, other, lenient=settings.source in ENTRIES and wanted in ENTRIES)


def is_made(wanted: str) -> bool:
    """Whether that is an input made of the pictures; raises UsageError for what is nothing at all."""
    if wanted in ENTRIES or Path(wanted).expanduser().exists():
        return False
    name, made = wanted.split(":")[0].lower().replace("_", "-"), names(MADE, "make")
    if name not in made and not looks_like_a_path(wanted):
        raise unknown("data.input", wanted, [*SIDES, *made])
    return name in made


def looks_like_a_path(source: str) -> bool:
    return "/" in source or "\\" in source or bool(Path(source).suffix)


def with_poses(
    samples: Samples | DatasetSamples, settings: DataSettings, source: object | None, progress: bool
) -> Samples:
    """The samples with their poses, each to be made of another picture of the same person."""
    if settings.input is not None:
        raise UsageError("with data.keypoints another picture of the same person is translated: leave data.input out")
    if not isinstance(samples, Samples) or not samples.names:
        raise UsageError(f"data.keypoints go by file name, which {samples.name} has none of: give a folder of images")
    file = in_source(str(settings.keypoints), str(source or settings.source), progress)
    return reposed(samples, keypoints_of(samples, file, settings.fit))


def with_ages(
    samples: Samples | DatasetSamples, settings: DataSettings, source: object | None, progress: bool
) -> Samples:
    """The samples with age classes as labels, and who is shown where that is known."""
    if not isinstance(samples, Samples) or not samples.names:
        raise UsageError(f"ages and people go by file name, which {samples.name} has none of: give a folder of images")
    table = None
    if settings.people is not None:
        table = in_source(settings.people, str(source or settings.source), progress)
    return aged(samples, settings.ages, table)


def in_source(written: str, source: str, progress: bool) -> Path:
    """The file of that name in the source's folder, or where its path leads from here."""
    file = Path(written).expanduser()
    beside = (fetch(source, progress) if source in ENTRIES else Path(source).expanduser()) / file
    if not (beside.is_file() or file.exists()):
        raise GanworksError(f"{written} is neither in {source} nor here: give the path of that file")
    return beside if beside.is_file() else file


def open_source(settings: DataSettings, source: object | None, progress: bool) -> Samples | DatasetSamples:
    """The samples of `settings.source` or `source` by themselves."""
    if source is None or isinstance(source, str | Path):
        name = str(source or settings.source)
        try:
            samples = _open_named(name, settings, progress)
        except OSError as error:
            raise GanworksError(
                f"cannot read {name} ({error.strerror or error}): check the path and its rights"
            ) from error
    elif isinstance(source, np.ndarray | torch.Tensor | tuple):
        values, labels = source if isinstance(source, tuple) else (source, None)
        samples = array_samples(_array(values), None if labels is None else _array(labels), "array", settings)
    elif hasattr(source, "__getitem__"):
        return dataset_samples(cast(SizedDataset, source), settings)
    else:
        raise GanworksError(f"data is a {type(source).__name__}: give a path, a name, an array or a torch Dataset")
    if len(samples) < 2:
        raise GanworksError(f"{samples.name} holds {len(samples)} sample: at least two are needed, add data")
    return samples


def _open_named(source: str, settings: DataSettings, progress: bool) -> Samples:
    if source in ENTRIES:
        return _open_entry(source, settings, progress)
    path = Path(source).expanduser()
    if not path.exists():
        if looks_like_a_path(source):
            raise GanworksError(f"no file or folder {source!r}: check the path (now in {Path.cwd()})")
        raise unknown("data source", source, ENTRIES)
    return _open_path(path, path.name or path.resolve().name, settings, progress)


def _open_entry(name: str, settings: DataSettings, progress: bool) -> Samples:
    entry = ENTRIES[name]
    if settings.split not in (*entry.splits, "all"):
        raise GanworksError(f"{name} has no {settings.split} split: set data.split to train or all")
    if name in TOYS:
        return toy_samples(name)
    if entry.resolution and settings.resolution is None:
        settings = settings.model_copy(update={"resolution": entry.resolution})
    folder = fetch(name, progress)
    if entry.splits == ("train",):
        # All there is trains, whatever the files are called (fashion-10k's are named t10k).
        settings = settings.model_copy(update={"split": "all"})
    samples = _named_classes(_open_path(folder, name, settings, progress), entry.classes)
    return samples if entry.person is None else identified(samples, named_by(entry.person, samples.names))


def _named_classes(samples: Samples, classes: tuple[str, ...]) -> Samples:
    return replace(samples, spec=replace(samples.spec, classes=classes))


def _open_path(path: Path, name: str, settings: DataSettings, progress: bool) -> Samples:
    if path.is_dir():
        if pairs := pairs_in(path):
            return _open_idx(pairs, path, name, settings, progress)
        return picture_samples(list_folder(path), name, settings, progress)
    if not path.is_file():
        raise GanworksError(f"{path} is neither a file nor a folder: give a folder of images, .zip, .npz, .npy or IDX")
    if path.suffix.lower() == ".zip":
        return picture_samples(list_zip(path), name, settings, progress)
    if path.suffix.lower() in (".npy", ".npz"):
        return array_file_samples([path], lambda: read_numpy(path, settings.split), name, settings, progress)
    if is_idx(path):
        return _open_idx({settings.split: pair_of(path)}, path, name, settings, progress)
    raise GanworksError(f"{path} is no kind of data known here: give a folder of images, .zip, .npz, .npy or IDX")


def _open_idx(pairs: dict[str, IdxPair], path: Path, name: str, settings: DataSettings, progress: bool) -> Samples:
    chosen = [pair for split, pair in pairs.items() if settings.split in (split, "all")]
    if not chosen:
        raise GanworksError(f"{path} has no {settings.split} split: set data.split to {' or '.join(pairs)}")
    files = [file for pair in chosen for file in (pair.images, pair.labels) if file is not None]
    return array_file_samples(files, _idx_reader(chosen), name, settings, progress)


def _idx_reader(pairs: list[IdxPair]) -> Callable[[], tuple[Any, Any]]:
    def read() -> tuple[Any, Any]:
        images = [read_idx(pair.images) for pair in pairs]
        labels = [read_idx(pair.labels) for pair in pairs if pair.labels is not None]
        values = images[0] if len(images) == 1 else np.concatenate(images)
        return values, np.concatenate(labels) if len(labels) == len(pairs) else None

    return read


def _array(values: Any) -> Any:
    return values.detach().cpu().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)
