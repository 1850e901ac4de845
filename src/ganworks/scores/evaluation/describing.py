"""What an extractor says of samples, computed batch by batch; that of the real ones is kept in the cache."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from ganworks.data.batches import to_uint8
from ganworks.data.cache import built_once, cache_folder
from ganworks.data.content import digest_of
from ganworks.data.dataset import read_item
from ganworks.data.progress import bar
from ganworks.data.samples import DatasetSamples, Samples
from ganworks.data.spec import Spec
from ganworks.errors import GanworksError
from ganworks.randomness import generator
from ganworks.scores.extractors.checking import require_rows
from ganworks.scores.score import Evidence, Extractor

BATCH = 500
_PROBED, _CLOSE = 4, 1e-3
COMPUTED = {"features", "probabilities"}
"""What an extractor computes of images."""


def shuffled(count: int, stream: str) -> Tensor:
    """The indices 0 … count − 1 in the order of a named stream: sources are sorted by class more often than not."""
    return torch.randperm(count, generator=generator(0, stream))


def require_pictures(name: str, spec: Spec) -> None:
    """Raises GanworksError for points."""
    if not spec.is_image:
        raise GanworksError(
            f"{name} holds points: scores on features compare images;"
            f" for a mixture whose modes are known call ganworks.scores.mixture_modes from Python"
        )


def pixels(samples: Samples | DatasetSamples, rows: Tensor) -> tuple[Tensor, Tensor | None]:
    """The images of some rows, uint8 N×C×H×W, and their labels."""
    if isinstance(samples, DatasetSamples):
        items = [read_item(samples, index, 0) for index in rows.tolist()]
        images = torch.stack([item if item.dtype == torch.uint8 else to_uint8(item) for item, _ in items])
        classes = [label for _, label in items if label is not None]
        return images, torch.tensor(classes) if classes else None
    chosen = rows.numpy()
    labels = None if samples.labels is None else torch.from_numpy(samples.labels[chosen])
    return torch.from_numpy(np.ascontiguousarray(samples.values[chosen], np.uint8)), labels


def describe(
    images: Tensor,
    labels: Tensor | None,
    extractor: Extractor,
    title: str = "",
    progress: bool = False,
    classes: tuple[str, ...] = (),
) -> Evidence:
    """Evidence whose features (and class probabilities, where the extractor knows classes) are computed at once.

    Raises GanworksError unless there are as many features as images, N×D and finite, and as many probabilities N×K.
    """
    evidence = Evidence(images, labels, extractor, classes)
    features, probabilities = [], []
    with bar(f"features of {title}", len(images), progress) as moved:
        done = 0
        for batch in torch.split(images, BATCH):
            features.append(require_rows(extractor.name, extractor.features(batch), len(batch)))
            if (verdicts := _probabilities(extractor, batch, features[-1])) is not None:
                probabilities.append(verdicts)
            moved(done := done + len(batch))
    evidence.features = torch.cat(features)
    if probabilities:
        evidence.probabilities = torch.cat(probabilities)
    return evidence


def _probabilities(extractor: Extractor, images: Tensor, features: Tensor) -> Tensor | None:
    if hasattr(extractor, "classes_of"):  # no second pass
        verdicts = extractor.classes_of(features)
    elif hasattr(extractor, "probabilities"):
        verdicts = extractor.probabilities(images)
    else:
        return None
    return require_rows(extractor.name, verdicts, len(images), "class probabilities")


def described(
    samples: Samples | DatasetSamples, rows: Tensor, extractor: Extractor, progress: bool = False
) -> Evidence:
    """`describe` of some rows, kept in the cache under the content of the samples and the extractor.

    What is kept is taken anew when a few images no longer give the same. A torch Dataset is read each time:
    its content is not known without.
    """
    images, labels = pixels(samples, rows)
    if isinstance(samples, DatasetSamples):
        return describe(images, labels, extractor, samples.name, progress, samples.spec.classes)
    key = digest_of("features", samples.digest, extractor.name, resizing(extractor), rows.tolist())
    folder = cache_folder() / "features" / key[:40]

    def build(empty: Path) -> None:
        made = vars(describe(images, labels, extractor, samples.name, progress))
        save_file({name: made[name].contiguous() for name in COMPUTED if name in made}, empty / "features.safetensors")

    probe = vars(describe(images[:_PROBED], None, extractor))
    built_once(folder, build, lambda kept: _agrees(kept, probe, len(images)))
    evidence = Evidence(images, labels, extractor, samples.spec.classes)
    vars(evidence).update(load_file(folder / "features.safetensors"))
    return evidence


def _agrees(folder: Path, probe: Mapping[str, Any], count: int) -> bool:
    try:
        kept = load_file(folder / "features.safetensors")
    except (OSError, SafetensorError):
        return False
    return kept.keys() == probe.keys() & COMPUTED and all(_alike(kept[name], probe[name], count) for name in kept)


def _alike(kept: Tensor, probe: Tensor, count: int) -> bool:
    few = kept[: len(probe)]
    return len(kept) == count and few.shape == probe.shape and torch.allclose(few, probe, _CLOSE, _CLOSE)


def resizing(extractor: Extractor) -> str:
    """How the extractor brings images to its size, in words."""
    return str(getattr(extractor, "resize", "the extractor's own size"))


def part(whole: Evidence, rows: Tensor) -> Evidence:
    """Some rows of evidence: what was computed of all of it serves for them too."""
    labels = None if whole.labels is None else whole.labels[rows]
    some = Evidence(whole.images[rows], labels, whole.extractor, whole.classes)
    for name in vars(whole).keys() & COMPUTED:
        vars(some)[name] = vars(whole)[name][rows]
    return some
