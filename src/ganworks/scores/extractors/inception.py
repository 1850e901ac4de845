"""The Inception-v3 of published FID, KID and Inception Scores (weights of 2015): 2048 features, 1008 classes."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor
from torch.nn import functional

from ganworks.errors import GanworksError
from ganworks.networks.pretrained.weight_files import WeightFile, weights_of
from ganworks.scores.extractors.inception_network import Inception
from ganworks.scores.extractors.network import ClassExtractor
from ganworks.scores.extractors.resizing import require_mode, rgb_pixels

FILE = WeightFile(
    "pt_inception-2015-12-05-6726825d.pth",
    "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
    95_628_359,
    (
        "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth",
        "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-inception-2015-12-05-6726825d.pth",
    ),
    ("weights-inception-2015-12-05-6726825d.pth",),
)
SIZE = (299, 299)


def extractor(weights: Path | None = None, resize: str | None = None) -> ClassExtractor:
    """FID's Inception, of the published file at `weights` or fetched.

    `resize` says which published numbers it reproduces: `clean` those of clean-fid, `bilinear` of pytorch-fid, `tf1` of
    the original TensorFlow code and torch-fidelity. Raises GanworksError when the weights cannot be had.
    """
    mode = require_mode(resize)
    network = Inception()
    try:
        network.load_state_dict(weights_of(FILE, weights))
    except RuntimeError as error:
        raise GanworksError(f"{weights or FILE.name} does not fit FID's Inception: {error}") from error

    def head(features: Tensor) -> Tensor:
        return functional.linear(features, network.fc.weight)  # Inception Scores are computed without its bias

    return ClassExtractor("inception-2015-12-05-6726825d", network, prepared, SIZE, mode, head)


def prepared(images: Tensor, mode: str) -> Tensor:
    """Images N×1|3×H×W, uint8 or floats in [-1, 1], as N×3×299×299 in about [-1, 1].

    As the TensorFlow graph does it, (RGB − 128)/128; for `bilinear` as pytorch-fid does it, 2·RGB/255 − 1.
    """
    pixels = rgb_pixels(images, SIZE, mode)
    return pixels / 127.5 - 1 if mode == "bilinear" else (pixels - 128) / 128
