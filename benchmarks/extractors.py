"""How well the extractors recognise what they should, and how fast."""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from benchmarks.report import cell, print_table
from ganworks.config import DataSettings
from ganworks.data.catalogue.clients import download
from ganworks.data.catalogue.packages import Package
from ganworks.data.catalogue.unpack import members
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.scores.extractors import extractor
from ganworks.scores.extractors.classifier_training import train_classifier
from ganworks.training.hardware import available_cores

WANTED = {"mnist": 0.99, "fashion-mnist": 0.91}
SECONDS = {"seconds": "s to train", "processor": "processor s to train", "judging": "s to judge the test split"}
STAMPS = Package(
    "apt",
    "tuxpaint-stamps-default",
    "2022.06.04-1",
    "6db6c1bfc870a47f1499d6203b083522eacb57c5f9c87d468f2e92eb6d9d5f34",
    160.9,
)
# Photographs of one thing each, and the number of its ImageNet class.
PHOTOGRAPHS = {
    "animals/mammals/cats/tiger.png": 292,
    "animals/mammals/cats/tiger_sumatran.png": 292,
    "animals/mammals/equines/zebra.png": 340,
    "animals/mammals/hippopotamus.png": 344,
    "animals/mammals/camel/camel.png": 354,
    "animals/mammals/camel/dromedary.png": 354,
    "food/fruit/pineapple.png": 953,
    "household/toilet.png": 861,
    "hobbies/music/percussion/drum_tomtom_floor.png": 541,
    "animals/birds/ostrich.png": 9,
}


def of_classifier(train: Samples, test: Samples, seed: int = 0) -> dict[str, Any]:
    """Accuracy on `test` of the classifier of `train`; seconds and processor seconds to train it, and to judge `test`.

    Processor seconds tell what the work is where others use the machine too.
    """
    (images, labels), (unseen, truth) = _tensors(train), _tensors(test)
    began, used = time.perf_counter(), time.process_time()
    classifier = train_classifier(images, labels, len(train.spec.classes), seed=seed)
    found = {"seconds": time.perf_counter() - began, "processor": time.process_time() - used}
    began = time.perf_counter()
    right = classifier.probabilities(unseen).argmax(1) == truth
    return {"accuracy": float(right.double().mean()), **found, "judging": time.perf_counter() - began}


def _tensors(samples: Samples) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(np.array(samples.values)), torch.from_numpy(np.array(samples.labels))


def photographs() -> dict[str, Tensor]:
    """The photographs of PHOTOGRAPHS, on white and padded to a square, uint8 1×3×H×W."""
    with tempfile.TemporaryDirectory() as folder:
        package = download(STAMPS, Path(folder), progress=True)
        root = "usr/share/tuxpaint/stamps/"
        found = members(package, lambda name: name.removeprefix(root) in PHOTOGRAPHS)
        return {name.removeprefix(root): on_white(Image.open(io.BytesIO(content))) for name, content in found}


def on_white(picture: Image.Image) -> Tensor:
    """A picture with transparency in the middle of a white square, uint8 1×3×S×S."""
    side = max(picture.size)
    square = Image.new("RGBA", (side, side), "white")
    square.alpha_composite(picture.convert("RGBA"), ((side - picture.width) // 2, (side - picture.height) // 2))
    return torch.from_numpy(np.array(square.convert("RGB"))).permute(2, 0, 1)[None]


def recognised(name: str, pictures: dict[str, Tensor]) -> list[tuple[object, ...]]:
    """A row for each photograph: the class that the extractor `name` gives it, the right one, and its probability."""
    made: Any = extractor(name)
    rows: list[tuple[object, ...]] = []
    for picture, images in pictures.items():
        confidence, chosen = made.probabilities(images).max(1)
        rows.append((Path(picture).stem, int(chosen), PHOTOGRAPHS[picture], float(confidence)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=available_cores())
    parser.add_argument("--photographs", action="store_true", help="EfficientNet-Lite0 on photographs (fetches 161 MB)")
    parser.add_argument("--fresh", action="store_true")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    rows = []
    for name, wanted in WANTED.items():
        train, test = (open_samples(DataSettings(source=name, split=split)) for split in ("train", "test"))
        for seed in range(asked.seeds):
            assert isinstance(train, Samples) and isinstance(test, Samples)
            measure = lambda train=train, test=test, seed=seed: of_classifier(train, test, seed)  # noqa: E731
            found = cell("extractors", f"{name}-{seed}", measure, asked.fresh)
            rows.append((name, seed, len(train), found["accuracy"], wanted, *(found[key] for key in SECONDS)))
    columns = ("set", "seed", "images", "test accuracy", "wanted", *SECONDS.values())
    print_table("The classifier", columns, rows)
    if asked.photographs:
        rows = recognised("efficientnet-lite0", photographs())
        print_table("EfficientNet-Lite0 on photographs", ("photograph", "top-1", "right", "probability"), rows)


if __name__ == "__main__":
    main()
