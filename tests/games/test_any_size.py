"""Networks that were trained at one size, on pictures of others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
import torch
from torch import Tensor, nn

from ganworks.errors import GanworksError
from ganworks.games import any_size
from ganworks.games.any_size import at_any_size
from ganworks.games.tiling import padded
from ganworks.networks.context_encoder import Translator as ContextEncoder
from ganworks.networks.srresnet import Translator as SRResNet
from ganworks.networks.unet import Translator as UNet


@pytest.fixture(autouse=True)
def weights() -> Iterator[None]:
    torch.manual_seed(0)
    with torch.no_grad():
        yield


def seen_by(network: nn.Module) -> list[tuple[int, ...]]:
    """The shapes of what a network will be called with, after its footprint was measured."""
    at_any_size(network, torch.zeros(1, 3, 16, 16))
    seen: list[tuple[int, ...]] = []
    network.register_forward_pre_hook(lambda _, given: seen.append(tuple(given[0].shape)))
    return seen


def local() -> SRResNet:
    return SRResNet((3, 32, 32), (3, 16, 16), blocks=1, width=4).eval()


@pytest.mark.parametrize("size", [(70, 45), (20, 90), (3, 5), (16, 32)])
def test_tiles_of_a_network_that_looks_near_are_seamless(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(any_size, "TILE", 16)
    network, images = local(), torch.rand(2, 3, *size) * 2 - 1
    made = at_any_size(network, images)
    assert made.shape == (2, 3, 2 * size[0], 2 * size[1])
    torch.testing.assert_close(made, network(images), atol=1e-5, rtol=0)
    seen = seen_by(network)
    at_any_size(network, images)
    assert max(max(shape[2:]) for shape in seen) <= 16 + 2 * network.reach
    assert len(seen) == -(-size[0] // 16) * -(-size[1] // 16)


@pytest.mark.parametrize("size", [(16, 16), (40, 23), (9, 30), (1, 1)])
def test_others_see_pictures_whole_and_those_that_are_too_small_go_on_mirrored(size: tuple[int, int]) -> None:
    network = UNet((3, 16, 16), (3, 16, 16), width=2, norm="instance").eval()
    seen, images = seen_by(network), torch.rand(1, 3, *size)
    made = at_any_size(network, images)
    assert made.shape == images.shape
    assert [shape[2:] for shape in seen] == [size if min(size) >= 16 else tuple(-(-side // 16) * 16 for side in size)]


def strided(name: str, up: str) -> nn.Module:
    """Built for 8×8, with statistics as of a training, so that what it makes of an edge is no accident."""
    torch.manual_seed(0)
    shape = (3, 8, 8)
    make = {"unet": partial(UNet, width=4), "context-encoder": partial(ContextEncoder, width=4, bottleneck=8)}[name]
    network: nn.Module = make(shape, shape, up=up)
    for weights in network.parameters():
        nn.init.normal_(weights, std=0.3)
    for _ in range(5):
        network(torch.rand(4, 3, 32, 32) * 2 - 1)
    return network.eval()


@pytest.mark.parametrize("size", [(64, 64), (71, 50), (33, 47), (5, 90)])
@pytest.mark.parametrize("up", ["transposed", "nearest"])
@pytest.mark.parametrize("name", ["unet", "context-encoder"])
def test_tiles_of_a_network_with_strides_are_seamless(
    name: str, up: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(any_size, "TILE", 8)
    network, images = strided(name, up), torch.rand(1, 3, *size) * 2 - 1
    seen = seen_by(network)
    made = at_any_size(network, images)
    assert len(seen) > 1
    torch.testing.assert_close(made, padded(network, images, 1 if min(size) >= 8 else 8), atol=1e-4, rtol=0)


def test_tiles_of_networks_one_after_the_other_are_seamless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(any_size, "TILE", 8)
    first, second, images = strided("unet", "nearest"), strided("unet", "transposed"), torch.rand(1, 3, 110, 45) * 2 - 1
    seen = seen_by(first)
    made = at_any_size(first, images, lambda part: second(first(part)), then=[second])
    assert len(seen) > 1
    torch.testing.assert_close(made, second(first(images)), atol=1e-4, rtol=0)


def test_what_leads_to_the_network_is_called_in_its_place() -> None:
    network = local()
    images = torch.rand(1, 3, 9, 9)
    assert torch.equal(at_any_size(network, images, lambda part: 1 - network(part)), 1 - at_any_size(network, images))


def test_a_network_that_says_nothing_is_called_once_with_all() -> None:
    network = nn.Conv2d(3, 3, 1)
    seen = seen_by(network)
    at_any_size(network, torch.zeros(5, 3, 7, 11))
    assert seen == [(5, 3, 7, 11)]


def test_no_more_pictures_at_once_than_memory_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    network = nn.Conv2d(3, 3, 1)  # which needs 12 bytes a pixel beside the picture
    seen, images = seen_by(network), torch.rand(5, 3, 10, 10)
    monkeypatch.setattr(any_size, "available_bytes", lambda device: 2500)
    made = at_any_size(network, images)
    assert [shape[0] for shape in seen] == [2, 2, 1]
    torch.testing.assert_close(made, network(images))
    monkeypatch.setattr(any_size, "available_bytes", lambda device: 1100)
    with pytest.raises(GanworksError, match=r"an image of 10×10 needs about .* sees it whole, so make it smaller"):
        at_any_size(network, images)


def test_tiles_need_no_more_memory_than_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(any_size, "TILE", 16)
    monkeypatch.setattr(any_size, "available_bytes", lambda device: 1)
    network = local()
    seen = seen_by(network)
    made: Tensor = at_any_size(network, torch.rand(3, 3, 20, 16))
    assert made.shape == (3, 3, 40, 32)
    assert [shape[0] for shape in seen] == [1] * 6


@pytest.mark.parametrize("norm", [nn.InstanceNorm2d(4, affine=True), nn.GroupNorm(1, 4)])
def test_what_options_have_given_norms_of_whole_pictures_is_not_cut(
    norm: nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(any_size, "TILE", 16)
    network, images = local(), torch.rand(1, 3, 40, 40) * 2 - 1
    network.trunk[0].layers[1] = norm
    torch.testing.assert_close(at_any_size(network, images), network(images))


def test_dropout_that_stays_on_is_drawn_once_for_the_whole_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(any_size, "TILE", 16)
    network = local()
    network.trunk.append(nn.Dropout(0.5).train())
    seen = seen_by(network)
    at_any_size(network, torch.zeros(1, 3, 40, 40))
    assert seen == [(1, 3, 40, 40)]
