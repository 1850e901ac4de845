"""Training the classifier on labelled images, once per content: the result is kept in the user's cache."""

from __future__ import annotations

import hashlib
import json
from math import sqrt
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from ganworks.allocation import keep_freed_memory
from ganworks.data.cache import built_once, cache_folder
from ganworks.errors import GanworksError
from ganworks.scores.extractors.classifier_network import Classifier, Spec, spec_of
from ganworks.scores.images import require_images

# Part of every digest: raise it when anything changes that alters a trained classifier.
PROTOCOL = 2
_BATCH, _RATE, _DECAY, _SHIFT = 128, 6e-3, 0.05, 1
_MOST_PRESENTED = 600_000


def classifier_for(images: Tensor, labels: Tensor, classes: int, mirror: bool = False, seed: int = 0) -> Classifier:
    """The classifier of these images, from the cache if this content was learnt before, else trained.

    Arguments and errors as `train_classifier`; a damaged cache is trained anew.
    """
    _require_labels(images, labels, classes)
    folder = cache_folder() / "classifiers" / _digest(images, labels, classes, mirror, seed)
    built_once(folder, lambda new: _save(train_classifier(images, labels, classes, mirror, seed), new), _is_whole)
    return load_classifier(folder)


def train_classifier(images: Tensor, labels: Tensor, classes: int, mirror: bool = False, seed: int = 0) -> Classifier:
    """A classifier trained on uint8 images N×C×H×W and N labels in [0, classes); the seed decides everything.

    `mirror` also shows the images flipped left to right: right for things, wrong for digits and letters.
    AdamW, one cycle, shifts of up to 1 pixel, no label smoothing, which would blur the probabilities that scores read;
    10,000 images are shown 12 times, more of them less often. Raises GanworksError for images that are no uint8
    images and labels that do not fit.
    """
    _require_labels(images, labels, classes)
    keep_freed_memory()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        classifier = Classifier(spec_of(images, classes))
    classifier.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    draw = torch.Generator().manual_seed(seed)
    batch = min(_BATCH, len(images))
    steps = presented(len(images)) // batch
    optimiser = torch.optim.AdamW(classifier.parameters(), lr=_RATE, weight_decay=_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps, pct_start=0.3)
    order: list[Tensor] = []
    classifier.train()
    for _ in range(steps):
        if not order:
            whole = torch.randperm(len(images), generator=draw)[: len(images) // batch * batch]
            order = list(torch.split(whole, batch))
        chosen = order.pop()
        seen = _augmented(classifier.prepare(images[chosen]), mirror, draw)
        loss = functional.cross_entropy(classifier(seen), labels[chosen])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return classifier.eval()


def presented(count: int) -> int:
    """How many images training shows in all: 12 times each of 10,000, up to 600,000 of larger sets."""
    epochs = min(100, round(12 * sqrt(sqrt(10_000 / count))))
    return min(epochs * count, max(_MOST_PRESENTED, count))


def _augmented(images: Tensor, mirror: bool, draw: torch.Generator) -> Tensor:
    """Each image shifted by up to 1 pixel, its edge repeated, and flipped half of the time if asked."""
    count, _, height, width = images.shape
    padded = functional.pad(images, (_SHIFT,) * 4, mode="replicate")
    windows = padded.unfold(2, height, 1).unfold(3, width, 1)
    down, right = torch.randint(0, 2 * _SHIFT + 1, (2, count), generator=draw)
    shifted = windows[torch.arange(count), :, down, right]
    if mirror:
        flipped = torch.rand(count, generator=draw) < 0.5
        shifted[flipped] = shifted[flipped].flip(3)
    return shifted.contiguous(memory_format=torch.channels_last)


def load_classifier(folder: Path) -> Classifier:
    """The classifier that a cache folder holds, named by protocol and content."""
    fields = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
    classifier = Classifier(Spec(**{**fields, "size": tuple(fields["size"])}))
    classifier.load_state_dict(load_file(folder / "weights.safetensors"))
    classifier.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    classifier.name = f"classifier-{PROTOCOL}-{folder.name[:8]}"
    return classifier.eval()


def _save(classifier: Classifier, folder: Path) -> None:
    weights = {name: tensor.contiguous() for name, tensor in classifier.state_dict().items()}
    save_file(weights, folder / "weights.safetensors")
    (folder / "spec.json").write_text(json.dumps(classifier.spec.to_dict()), encoding="utf-8")


def _is_whole(folder: Path) -> bool:
    try:
        load_classifier(folder)
    except Exception:  # whatever is wrong with it, it is trained anew
        return False
    return True


def _digest(images: Tensor, labels: Tensor, *settings: int) -> str:
    content = hashlib.sha256(json.dumps([PROTOCOL, list(images.shape), *settings]).encode())
    for values in (images, labels.long()):
        content.update(values.contiguous().numpy().data)
    return content.hexdigest()[:40]


def _require_labels(images: Tensor, labels: Tensor, classes: int) -> None:
    require_images(images)
    if images.dtype != torch.uint8:
        raise GanworksError(f"a classifier is trained on uint8 images, not {images.dtype}")
    if labels.shape != (len(images),) or labels.is_floating_point():
        raise GanworksError(f"labels have shape {tuple(labels.shape)}: one integer for each of {len(images)} images")
    if int(labels.min()) < 0 or int(labels.max()) >= classes:
        raise GanworksError(
            f"labels reach from {int(labels.min())} to {int(labels.max())}: 0 to {classes - 1} expected"
        )
    if bool((labels == labels[0]).all()):
        raise GanworksError("all labels are the same: a classifier needs images of at least 2 classes")
