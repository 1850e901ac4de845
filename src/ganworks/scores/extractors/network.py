"""An extractor made of a network: image by image the same whatever the batch, and in full fp32 on any device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from ganworks.data.batches import to_unit_range
from ganworks.errors import GanworksError
from ganworks.scores.extractors.checking import require_rows, users_code
from ganworks.scores.extractors.fingerprint import fingerprint
from ganworks.scores.images import require_images

_VALUES_PER_BATCH = {"cpu": 2_500_000, "cuda": 40_000_000}
"""Of prepared images, by device: on a CPU 16 of 3×224×224, since larger batches leave its caches and take twice as long
where the C library gives memory back."""


class NetworkExtractor(nn.Module):
    """Features of images N×C×H×W, uint8 or floats in [-1, 1], by a network.

    Args:
        name: tells weights, version and how images are prepared.
        network: prepared images to features N×D.
        prepare: images as given to what the network takes.
        size: height and width of prepared images; None where they keep their own.
        mode: how they are brought to it.
    """

    def __init__(
        self,
        name: str,
        network: nn.Module,
        prepare: Callable[[Tensor], Tensor],
        size: tuple[int, int] | None = None,
        mode: str = "",
    ) -> None:
        super().__init__()
        self.name, self.size, self.prepare = name, size, prepare
        self.resize = f"{size[0]}×{size[1]}, {mode}" if size else "their own size"
        self.network = network.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def features(self, images: Tensor) -> Tensor:
        """N×D float32 on the CPU; raises GanworksError for what are no images, and for a network that gives no N×D."""
        require_images(images)
        height, width = self.size or images.shape[2:]
        values = _VALUES_PER_BATCH.get(_device(self.network).type, _VALUES_PER_BATCH["cpu"])
        batch = max(1, values // (3 * height * width))
        with exactly():
            return torch.cat([self._described(part) for part in torch.split(images, batch)])

    def _described(self, images: Tensor) -> Tensor:
        prepared = self.prepare(images.to(_device(self.network))).contiguous(memory_format=torch.channels_last)
        with users_code(self.name, prepared):
            features = self.network(prepared)
        return require_rows(self.name, features, len(images)).float()


class ClassExtractor(NetworkExtractor):
    """A network that resizes by `mode`, and whose features its `head` makes logits N×K of."""

    def __init__(
        self,
        name: str,
        network: nn.Module,
        prepare: Callable[[Tensor, str], Tensor],
        size: tuple[int, int],
        mode: str,
        head: Callable[[Tensor], Tensor],
    ) -> None:
        super().__init__(f"{name}-{mode}", network, lambda images: prepare(images, mode), size, mode)
        self.head = head

    def probabilities(self, images: Tensor) -> Tensor:
        """N×K float32 on the CPU."""
        return self.classes_of(self.features(images))

    def classes_of(self, features: Tensor) -> Tensor:
        """N×K class probabilities of images with these features, which saves describing them twice."""
        with exactly():
            return self.head(features.to(_device(self.network))).softmax(1).cpu()


def own_network(path: str, network: object) -> NetworkExtractor:
    """The extractor of a user's network, which takes floats N×C×H×W in [-1, 1] of the images' own size.

    Its name tells the path and a checksum of code and weights. Raises GanworksError for what is no network.
    """
    if not isinstance(network, nn.Module):
        kind = type(network).__name__
        raise GanworksError(
            f"extractor {path} gives {kind}: an nn.Module is needed, or an object with .name and .features"
        )
    return NetworkExtractor(f"{path}-{fingerprint(network)}", network, lambda images: to_unit_range(images).float())


@contextmanager
def exactly() -> Iterator[None]:
    """No graph, no autocast and no TF32: the same features wherever they are computed, up to rounding of fp32."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        with (
            torch.inference_mode(),
            torch.autocast("cpu", enabled=False),
            torch.autocast("cuda", enabled=False),
            torch.backends.cudnn.flags(enabled=True, allow_tf32=False),
        ):
            yield
    finally:
        torch.set_float32_matmul_precision(before)


def _device(module: nn.Module) -> torch.device:
    return next((parameter.device for parameter in module.parameters()), torch.device("cpu"))
