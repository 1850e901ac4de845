"""What holds for every network that makes images of images, at every size and number of channels."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from ganworks.errors import UsageError
from ganworks.games.tiling import receptive_radius
from ganworks.lookup import find, names
from ganworks.networks.guidelines import LINTS, Layout
from ganworks.networks.patchgan import Discriminator

PACKAGE = "ganworks.networks"
SMALL: dict[str, dict[str, Any]] = {
    "unet": {"width": 4},
    "context-encoder": {"width": 4, "bottleneck": 16},
    "resnet-translator": {"width": 4, "blocks": 2},
    "srresnet": {"width": 4, "blocks": 2},
    "rrdb": {"width": 4, "blocks": 1, "growth": 2},
}
ENLARGING = ("srresnet", "rrdb")
STRIDED = ("unet", "context-encoder")
CASES = [(name, scale) for name in SMALL for scale in ((2, 4) if name in ENLARGING else (1,))]
SIZES = st.tuples(st.integers(8, 37), st.integers(8, 37))
CHANNELS = st.sampled_from([1, 3, 4])


def translator(name: str, size: tuple[int, int], scale: int = 1, channels: tuple[int, int] = (3, 3)) -> nn.Module:
    made, seen = channels
    shape = (made, size[0] * scale, size[1] * scale)
    network: nn.Module = find("translator", PACKAGE, name, "Translator")(
        shape=shape, given=(seen, *size), **SMALL[name]
    )
    return network


def images(count: int, channels: int, size: tuple[int, int], seed: int = 0) -> Tensor:
    return torch.rand(count, channels, *size, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_every_translator_is_tested() -> None:
    assert set(SMALL) == set(names(PACKAGE, "Translator"))


@pytest.mark.parametrize(("name", "scale"), CASES)
@settings(max_examples=8)
@given(SIZES, SIZES, st.tuples(CHANNELS, CHANNELS))
def test_any_size_and_channels(
    name: str, scale: int, built: tuple[int, int], more: tuple[int, int], channels: tuple[int, int]
) -> None:
    """Of the size that it was built for, and of any other from `smallest` on."""
    network = translator(name, built, scale, channels)
    assert (network.scale, network.multiple) == (scale, 1)
    for size in (built, tuple(max(side, network.smallest) for side in more)):
        made = network(images(1, channels[1], size))  # type: ignore[arg-type]
        assert made.shape == (1, channels[0], *(scale * side for side in size))
        assert bool(made.isfinite().all())
        if name not in ENLARGING:
            assert float(made.detach().abs().max()) < 1


@pytest.mark.parametrize(("name", "scale"), CASES)
def test_gradients_reach_every_weight(name: str, scale: int) -> None:
    network = translator(name, (19, 16), scale)
    network(images(2, 3, (19, 16))).square().mean().backward()
    layers = list(network.named_modules())
    # Instance norm takes away what the bias before it adds.
    idle = {f"{before}.bias" for (before, _), (_, layer) in pairwise(layers) if isinstance(layer, nn.InstanceNorm2d)}
    for weights_name, weights in network.named_parameters():
        assert weights.grad is not None, weights_name
        assert weights_name in idle or weights.grad.abs().max() > 0, weights_name


@pytest.mark.parametrize(("name", "scale"), CASES)
def test_the_smallest_image(name: str, scale: int) -> None:
    network = translator(name, (20, 24), scale)
    side = network.smallest
    assert network(images(1, 3, (side, side + 1))).shape == (1, 3, scale * side, scale * (side + 1))
    if side > 1:
        with pytest.raises(UsageError, match=f"images of {side}×{side - 1} are too small .* to {side} pixels or more"):
            network(images(1, 3, (side, side - 1)))


@pytest.mark.parametrize(("name", "scale"), [case for case in CASES if case[0] not in STRIDED])
def test_how_far_one_pixel_reaches(name: str, scale: int) -> None:
    """Exactly as far as it says, or over the whole image."""
    middle = 24
    network = translator(name, (2 * middle, 2 * middle), scale).eval()
    seen = images(1, 3, (2 * middle, 2 * middle)).requires_grad_()
    for offset in range(scale):
        made = network(seen)[0, 0, scale * middle + offset, scale * middle + offset]
        (gradient,) = torch.autograd.grad(made, seen)
        touched = gradient[0].abs().sum(0).nonzero() - middle
        if network.local:
            assert int(touched.abs().max()) <= network.reach
        else:
            assert len(touched) > 0.9 * (2 * middle) ** 2
        if network.local and offset in (0, scale - 1):
            assert network.reach in touched.abs().max(0).values.tolist()


@pytest.mark.parametrize("up", ["transposed", "nearest"])
@pytest.mark.parametrize("name", STRIDED)
@pytest.mark.parametrize("size", [(8, 8), (16, 20), (24, 24)])
def test_how_far_one_with_strides_reaches(name: str, size: tuple[int, int], up: str) -> None:
    """Exactly as far as it says, from some places of its grid."""
    make = find("translator", PACKAGE, name, "Translator")
    network = make(shape=(3, *size), given=(3, *size), **SMALL[name], up=up).eval()
    assert receptive_radius(network, (3, 160, 160), network.grid) == network.reach


@pytest.mark.parametrize(("name", "scale"), [case for case in CASES if case[0] in ENLARGING])
def test_a_local_one_makes_of_a_tile_what_it_makes_of_the_whole(name: str, scale: int) -> None:
    network = translator(name, (16, 16), scale).eval()
    whole, reach = images(1, 3, (64, 50)), network.reach
    left, width = reach, 50 - 2 * reach
    with torch.no_grad():
        full, tile = network(whole), network(whole[:, :, :, left - reach : left + width + reach])
        cut = network(whole[:, :, 7:])
    assert width > 0
    torch.testing.assert_close(tile, full)
    inside = scale * reach
    torch.testing.assert_close(cut[:, :, inside:], full[:, :, scale * 7 + inside :])
    assert float((cut[:, :, 0] - full[:, :, scale * 7]).abs().max()) > 1e-5, "a border is felt next to it"


@pytest.mark.parametrize("name", SMALL)
def test_other_scales_and_points_are_refused(name: str) -> None:
    wanted = "2 or 4" if name in ENLARGING else "1"
    make = find("translator", PACKAGE, name, "Translator")
    for shape in [(3, 48, 48), (3, 32, 16), (3, 33, 33), (3, 8, 8)]:
        with pytest.raises(UsageError, match=rf"images {wanted} times as high .* not {shape[1]}×{shape[2]} of 16×16"):
            make(shape=shape, given=(3, 16, 16))
    with pytest.raises(UsageError, match="needs images, not samples of 2 from 2"):
        make(shape=(2,), given=(2,))


@pytest.mark.parametrize("name", [name for name in SMALL if name not in ENLARGING])
def test_tiny_images_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="at least 8 pixels, not 3×7×9"):
        translator(name, (7, 9))


@pytest.mark.parametrize("name", SMALL)
def test_the_advice_on_layouts_can_be_asked(name: str) -> None:
    """CycleGAN's and only CycleGAN's translator halves by 3×3, as published; no norm stands at an end."""
    network = translator(name, (32, 32), 2 if name in ENLARGING else 1)
    layout = Layout(network, Discriminator((6, 32, 32)), 9**9)
    noted = {lint for lint, look in LINTS.items() if look(layout)}
    assert noted == ({"kernels"} if name == "resnet-translator" else set())
