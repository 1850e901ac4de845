"""What a source holds, counted, for the user to look at before training on it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ganworks.config import DataSettings
from ganworks.data.dataset import read_item
from ganworks.data.layout import chunks
from ganworks.data.samples import Broken, DatasetSamples, Samples

_CHANNELS = {1: "grey", 3: "rgb", 4: "rgba"}
TOLERATED: float = DataSettings.model_fields["broken"].default
_FEW, _RARE_SHARE, _MANY_DUPLICATES = 1000, 0.1, 0.01


@dataclass(frozen=True)
class Report:
    """The findings of `check`.

    Args:
        name: of the source.
        count: usable samples.
        shape: of one sample, C×H×W or (D,).
        channels: grey, rgb, rgba or their number; empty for points.
        balance: samples per class, in label order; empty without labels.
        duplicates: samples that repeat an earlier one exactly.
        broken: files that were skipped.
        low, high: least and greatest value.
        notes: what was decided in reading the source.
        warnings: what may hurt a training, one line each.
    """

    name: str
    count: int
    shape: tuple[int, ...]
    channels: str
    balance: dict[str, int]
    duplicates: int
    broken: tuple[Broken, ...]
    low: float
    high: float
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def check(samples: Samples | DatasetSamples) -> Report:
    """Reads every sample once and reports counts, balance, exact duplicates and range."""
    seen: set[bytes] = set()
    counts: Counter[int] = Counter()
    low, high = np.inf, -np.inf
    for data, label, least, most in _every(samples):
        seen.add(hashlib.blake2b(data, digest_size=16).digest())
        low, high = min(low, least), max(high, most)
        if label is not None:
            counts[label] += 1
    spec = samples.spec
    report = Report(
        name=samples.name,
        count=len(samples),
        shape=spec.shape,
        channels=_CHANNELS.get(spec.shape[0], str(spec.shape[0])) if spec.is_image else "",
        balance={name: counts[label] for label, name in enumerate(spec.classes)},
        duplicates=len(samples) - len(seen),
        broken=samples.broken,
        low=float(low),
        high=float(high),
        notes=samples.notes,
        warnings=(),
    )
    return Report(**{**report.__dict__, "warnings": tuple(_warnings(report))})


def _every(samples: Samples | DatasetSamples) -> Iterator[tuple[bytes, int | None, float, float]]:
    if isinstance(samples, DatasetSamples):
        for index in range(len(samples)):
            tensor, label = read_item(samples, index)
            array = tensor.contiguous().numpy()
            yield array.tobytes(), label, float(array.min()), float(array.max())
        return
    for first, chunk in chunks(samples.values):
        flat = np.ascontiguousarray(chunk).reshape(len(chunk), -1)
        least, most = float(flat.min()), float(flat.max())
        for row, values in enumerate(flat, start=first):
            yield values.tobytes(), None if samples.labels is None else int(samples.labels[row]), least, most


def _warnings(report: Report) -> Iterator[str]:
    if report.count < _FEW:
        yield f"only {report.count} samples: the discriminator may memorise them; mirror or augment, or add data"
    if report.duplicates > _MANY_DUPLICATES * report.count:
        yield f"{report.duplicates} of {report.count} samples are exact duplicates, which weigh more than the others"
    fair = report.count / max(1, len(report.balance))
    if rare := [f"{name} ({count})" for name, count in report.balance.items() if count < _RARE_SHARE * fair]:
        more = f" and {len(rare) - 3} more" if len(rare) > 3 else ""
        yield f"few samples of class {', '.join(rare[:3])}{more}: a tenth of a fair share or less"
    if report.broken:
        share = len(report.broken) / (report.count + len(report.broken))
        refused = f", and training refuses more than {TOLERATED:.0%} (data.broken)" if share > TOLERATED else ""
        yield f"{len(report.broken)} broken files ({share:.1%}) are skipped{refused}: repair or remove them"
    if report.low == report.high:
        yield f"every value is {report.low:g}: these samples are blank"
