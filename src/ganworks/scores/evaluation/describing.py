"""What an extractor says of samples, computed batch by batch; that of the real ones is kept in the cache."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from ganworks.data.cache import built_once, cache_folder
from ganworks.data.content import digest_of
from ganworks.data.dataset import read_item
from ganworks.data.progress import bar
from ganworks.data.samples import DatasetSamples, Samples
from ganworks.randomness import generator
from ganworks.scores.evaluation.kinds import kind_of
from ganworks.scores.extractors.checking import require_rows
from ganworks.scores.score import Evidence, Extractor

BATCH = 500
_PROBED, _CLOSE = 4, 1e-3
COMPUTED = {"features", "probabilities"}
"""What an extractor computes of samples."""
_OF_ROWS = COMPUTED | {"to_training"}


def shuffled(count: int, stream: str) -> Tensor:
    """The indices 0 … count − 1 in the order of a named stream: sources are sorted by class more often than not."""
    return torch.randperm(count, generator=generator(0, stream))


def stored(samples: Samples | DatasetSamples, rows: Tensor) -> tuple[Tensor, Tensor | None]:
    """Some rows, images as uint8 N×C×H×W and points as floats N×D, and their labels."""
    if isinstance(samples, DatasetSamples):
        items = [read_item(samples, index, 0) for index in rows.tolist()]
        store = kind_of(samples.spec).stored
        classes = [label for _, label in items if label is not None]
        return torch.stack([store(item) for item, _ in items]), torch.tensor(classes) if classes else None
    chosen = rows.numpy()
    labels = None if samples.labels is None else torch.from_numpy(samples.labels[chosen])
    return torch.from_numpy(np.ascontiguousarray(samples.values[chosen])), labels


def describe(
    samples: Tensor,
    labels: Tensor | None,
    extractor: Extractor,
    title: str = "",
    progress: bool = False,
    classes: tuple[str, ...] = (),
) -> Evidence:
    """Evidence whose features (and class probabilities, where the extractor knows classes) are computed at once.

    Raises GanworksError unless there are as many features as samples, N×D and finite, and as many probabilities N×K.
    """
    evidence = Evidence(samples, labels, extractor, classes)
    vars(evidence).update(computed(torch.split(samples, BATCH), len(samples), extractor, title, progress))
    return evidence


def computed(
    batches: Iterable[Tensor], count: int, extractor: Extractor, title: str = "", progress: bool = False
) -> dict[str, Tensor]:
    """What an extractor computes of `count` samples in batches, by the names in `COMPUTED`."""
    features, probabilities = [], []
    with bar(f"features of {title}", count, progress) as moved:
        done = 0
        for batch in batches:
            features.append(require_rows(extractor.name, extractor.features(batch), len(batch)))
            if (verdicts := _probabilities(extractor, batch, features[-1])) is not None:
                probabilities.append(verdicts)
            moved(done := done + len(batch))
    said = {"features": features, "probabilities": probabilities}
    return {name: torch.cat(rows) for name, rows in said.items() if rows}


def _probabilities(extractor: Extractor, samples: Tensor, features: Tensor) -> Tensor | None:
    if hasattr(extractor, "classes_of"):  # no second pass
        verdicts = extractor.classes_of(features)
    elif hasattr(extractor, "probabilities"):
        verdicts = extractor.probabilities(samples)
    else:
        return None
    return require_rows(extractor.name, verdicts, len(samples), "class probabilities")


def described(
    samples: Samples | DatasetSamples, rows: Tensor, extractor: Extractor, progress: bool = False
) -> Evidence:
    """`describe` of some rows, kept in the cache under the content of the samples and the extractor.

    What is kept is taken anew when a few samples no longer give the same. A torch Dataset is read each time:
    its content is not known without.
    """
    values, labels = stored(samples, rows)
    if isinstance(samples, DatasetSamples):
        return describe(values, labels, extractor, samples.name, progress, samples.spec.classes)
    evidence = Evidence(values, labels, extractor, samples.spec.classes, samples.mixture)
    vars(evidence).update(kept(samples, rows, extractor, progress))
    return evidence


def kept(samples: Samples, rows: Tensor, extractor: Extractor, progress: bool = False) -> dict[str, Tensor]:
    """What an extractor computes of some rows, from the cache; a batch of samples is in memory at a time."""
    key = digest_of("features", samples.digest, extractor.name, resizing(extractor), rows.tolist())
    folder = cache_folder() / "features" / key[:40]
    batches = (stored(samples, some)[0] for some in torch.split(rows, BATCH))

    def build(empty: Path) -> None:
        made = computed(batches, len(rows), extractor, samples.name, progress)
        save_file({name: said.contiguous() for name, said in made.items()}, empty / "features.safetensors")

    probe = computed([stored(samples, rows[:_PROBED])[0]], _PROBED, extractor)
    built_once(folder, build, lambda kept: _agrees(kept, probe, len(rows)))
    return load_file(folder / "features.safetensors")


def features_of(
    samples: Samples | DatasetSamples, rows: Tensor, extractor: Extractor, progress: bool = False
) -> Tensor:
    """The features of some rows, however many; from the cache but for a torch Dataset."""
    if isinstance(samples, Samples):
        return kept(samples, rows, extractor, progress)["features"]
    batches = (stored(samples, some)[0] for some in torch.split(rows, BATCH))
    return computed(batches, len(rows), extractor, samples.name, progress)["features"]


def _agrees(folder: Path, probe: Mapping[str, Tensor], count: int) -> bool:
    try:
        kept = load_file(folder / "features.safetensors")
    except (OSError, SafetensorError):
        return False
    return kept.keys() == probe.keys() and all(_alike(kept[name], probe[name], count) for name in kept)


def _alike(kept: Tensor, probe: Tensor, count: int) -> bool:
    """Up to rounding, on the scale of each column: features of any size can be of use."""
    few = kept[: len(probe)]
    if len(kept) != count or few.shape != probe.shape:
        return False
    scale = kept.double().square().mean(0).sqrt()
    return bool(((few.double() - probe.double()).abs() <= _CLOSE * scale).all())


def resizing(extractor: Extractor) -> str:
    """How the extractor brings samples to its size, in words."""
    return str(getattr(extractor, "resize", "the extractor's own size"))


def part(whole: Evidence, rows: Tensor) -> Evidence:
    """Some rows of evidence: what was computed of all of it serves for them too."""
    labels = None if whole.labels is None else whole.labels[rows]
    some = Evidence(whole.samples[rows], labels, whole.extractor, whole.classes, whole.mixture, whole.training)
    for name in vars(whole).keys() & _OF_ROWS:
        vars(some)[name] = vars(whole)[name][rows]
    return some
