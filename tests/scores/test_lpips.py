"""LPIPS against torchmetrics' arithmetic with the same weights, and its own laws."""

from __future__ import annotations

import pytest
import torch
import torchmetrics.functional.image.lpips as oracle
from torch import Tensor, nn

from ganworks.errors import GanworksError, UsageError
from ganworks.networks.imagenet_features import Backbone
from ganworks.scores.lpips import LPIPS, lpips

BACKBONES: dict[Backbone, str] = {"alexnet": "alex", "vgg16": "vgg"}


def noise(count: int, side: int, seed: int = 0, channels: int = 3) -> Tensor:
    return torch.rand(count, channels, side, side, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def published_layers(backbone: Backbone) -> nn.Sequential:
    """The layers before the classifier, one by one, as published."""
    if backbone == "alexnet":
        return nn.Sequential(
            *(nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(192, 384, 3, padding=1), nn.ReLU()),
            *(nn.Conv2d(384, 256, 3, padding=1), nn.ReLU()),
            *(nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2)),
        )
    layers: list[nn.Module] = []
    width = 3
    for block in ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512)):
        for wider in block:
            layers += [nn.Conv2d(width, wider, 3, padding=1), nn.ReLU()]
            width = wider
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


@pytest.fixture(scope="module")
def small() -> LPIPS:
    torch.manual_seed(0)
    return LPIPS("alexnet")


@pytest.mark.parametrize("backbone", BACKBONES)
def test_the_arithmetic_is_torchmetrics(backbone: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    network, layers = LPIPS(backbone), published_layers(backbone)
    theirs, ours = ([part for part in net.modules() if isinstance(part, nn.Conv2d)] for net in (layers, network))
    for layer, same in zip(theirs, ours, strict=True):
        layer.load_state_dict(same.state_dict())
    monkeypatch.setattr(oracle, "_get_tv_model_features", lambda *_, **__: layers)
    distance = oracle._LPIPS(pretrained=False, net=BACKBONES[backbone], use_dropout=False)
    for line, head in zip(distance.lins, network.heads, strict=True):
        line.model[0].weight.data = head.detach().view(1, -1, 1, 1)
    images, others = noise(2, 40), noise(2, 40, seed=1)
    with torch.no_grad():
        expected = distance(images, others).flatten()
    assert float(expected.min()) > 1e-4
    # torchmetrics adds 1e-8 under the root, which the few dim maps of random weights still notice.
    torch.testing.assert_close(lpips(images, others, network), expected, rtol=1e-3, atol=0)


def test_equal_images_are_at_zero_and_order_does_not_matter(small: LPIPS) -> None:
    images, others = noise(3, 32), noise(3, 32, seed=1)
    assert lpips(images, images, small).tolist() == [0, 0, 0]
    distances = lpips(images, others, small)
    assert float(distances.min()) > 0
    torch.testing.assert_close(lpips(others, images, small), distances)
    torch.testing.assert_close(lpips(images.flip(0), others.flip(0), small), distances.flip(0))


def test_it_grows_with_the_difference(small: LPIPS) -> None:
    images, change = noise(4, 32) / 2, noise(4, 32, seed=1) / 2
    means = [float(lpips(images + amount * change, images, small).mean()) for amount in (0.1, 0.3, 1.0)]
    assert means[0] < means[1] < means[2]


def test_bytes_and_grey_images_are_the_same_pictures(small: LPIPS, monkeypatch: pytest.MonkeyPatch) -> None:
    grey = torch.randint(0, 256, (5, 1, 31, 33), dtype=torch.uint8)
    other = grey.flip(0)
    distances = lpips(grey, other, small)
    torch.testing.assert_close(lpips(grey.float() / 127.5 - 1, other.float() / 127.5 - 1, small), distances)
    torch.testing.assert_close(lpips(grey.expand(-1, 3, -1, -1), other.expand(-1, 3, -1, -1), small), distances)
    monkeypatch.setattr("ganworks.scores.lpips._BATCH", 2)
    torch.testing.assert_close(lpips(grey, other, small), distances)


def test_maps_without_a_spark_leave_distance_and_gradient_finite() -> None:
    network = LPIPS("alexnet")
    for name, weights in network.named_parameters():
        if name.endswith("bias"):
            weights.data.fill_(-100)
    images = noise(1, 32).requires_grad_()
    distance = network(images, noise(1, 32, seed=1))
    distance.sum().backward()
    assert distance.tolist() == [0] and images.grad is not None and bool(images.grad.isfinite().all())


def test_what_it_cannot_judge_is_refused(small: LPIPS) -> None:
    with pytest.raises(GanworksError, match="28×28 are too small for this network: enlarge them to 31×31"):
        lpips(noise(1, 28), noise(1, 28), small)
    with pytest.raises(GanworksError, match="not 2"):
        lpips(noise(1, 32, channels=2), noise(1, 32, channels=2), small)
    with pytest.raises(GanworksError, match="no pairs"):
        lpips(noise(1, 32), noise(2, 32), small)
    with pytest.raises(UsageError, match="did you mean 'vgg16'"):
        LPIPS("vgg19")  # type: ignore[arg-type]
