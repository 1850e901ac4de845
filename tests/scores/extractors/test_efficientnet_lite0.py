"""EfficientNet-Lite0's structure against the published file and TensorFlow's padding, without its weights."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import torch
from torch import Tensor

from ganworks.errors import GanworksError
from ganworks.scores.extractors import efficientnet_lite0, extractor
from ganworks.scores.extractors.efficientnet_lite0 import EfficientNetLite0, SameConv2d, prepared


@pytest.fixture(scope="module")
def network() -> EfficientNetLite0:
    torch.manual_seed(0)
    return EfficientNetLite0().eval()


def test_names_shapes_and_counts_are_those_of_the_published_file(network: EfficientNetLite0) -> None:
    state = network.state_dict()
    assert len(state) == 296
    assert sum(parameter.numel() for parameter in network.parameters()) == 4_652_008
    published = {
        "_conv_stem.weight": (32, 3, 3, 3),
        "_bn0.running_var": (32,),
        "_blocks.0._depthwise_conv.weight": (32, 1, 3, 3),
        "_blocks.0._project_conv.weight": (16, 32, 1, 1),
        "_blocks.1._expand_conv.weight": (96, 16, 1, 1),
        "_blocks.3._depthwise_conv.weight": (144, 1, 5, 5),
        "_blocks.5._depthwise_conv.weight": (240, 1, 3, 3),
        "_blocks.8._depthwise_conv.weight": (480, 1, 5, 5),
        "_blocks.10._bn2.num_batches_tracked": (),
        "_blocks.11._project_conv.weight": (192, 672, 1, 1),
        "_blocks.15._project_conv.weight": (320, 1152, 1, 1),
        "_conv_head.weight": (1280, 320, 1, 1),
        "_fc.weight": (1000, 1280),
        "_fc.bias": (1000,),
    }
    assert {name: tuple(state[name].shape) for name in published} == published
    assert "_blocks.0._expand_conv.weight" not in state


def test_strides_and_skips(network: EfficientNetLite0) -> None:
    strides = [block._depthwise_conv.stride[0] for block in network._blocks]
    assert strides == [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1]
    skips = [number for number, block in enumerate(network._blocks) if block.skips]
    assert skips == [2, 4, 6, 7, 9, 10, 12, 13, 14]
    sides = []
    for block in network._blocks:
        block.register_forward_hook(lambda *call: sides.append(call[2].shape[-1]))
    with torch.no_grad():
        assert network(torch.zeros(1, 3, 224, 224)).shape == (1, 1280)
    assert sides == [112, 56, 56, 28, 28, 14, 14, 14, 14, 14, 14, 7, 7, 7, 7, 7]


@pytest.mark.parametrize(
    ("side", "stride", "expected"),
    [
        (4, 2, [6.0, 7.0]),  # even: the one pixel of padding is on the right
        (5, 2, [3.0, 9.0, 9.0]),  # odd: one on each side
        (4, 1, [3.0, 6.0, 9.0, 7.0]),
    ],
)
def test_padding_is_tensorflows_same(side: int, stride: int, expected: list[float]) -> None:
    convolution = SameConv2d(1, 1, (1, 3), (1, stride), bias=False)
    convolution.weight.data.fill_(1)
    assert convolution(torch.arange(1.0, side + 1).view(1, 1, 1, side)).flatten().tolist() == expected


def test_the_range_is_that_of_its_training() -> None:
    images = torch.tensor([0, 127, 255], dtype=torch.uint8).view(3, 1, 1, 1)
    assert prepared(images, "nearest")[:, :, 5, 5].tolist() == [[-127 / 128] * 3, [0.0] * 3, [1.0] * 3]


def test_the_extractor_reads_published_weights_and_is_named_by_them(
    network: EfficientNetLite0, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = io.BytesIO()
    torch.save({name: tensor.clone() for name, tensor in network.state_dict().items()}, file)

    def published(name: str, package: object, member: str, read: object) -> dict[str, Tensor]:
        assert (name, package, member) == ("efficientnet-lite0", efficientnet_lite0.PACKAGE, efficientnet_lite0.MEMBER)
        return read(file.getvalue())  # type: ignore[operator]

    monkeypatch.setattr(efficientnet_lite0, "published_weights", published)
    made = extractor("efficientnet-lite0", resize="tf1")
    assert made.name == "efficientnet-lite0-57934424-tf1"
    images = torch.randint(0, 256, (2, 1, 20, 28), dtype=torch.uint8)
    features = made.features(images)
    with torch.no_grad():
        expected = network(prepared(images, "tf1"))
        probabilities = network._fc(expected).softmax(1)
    torch.testing.assert_close(features, expected, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(made.probabilities(images), probabilities, atol=1e-6, rtol=1e-4)  # type: ignore[attr-defined]
    assert features.shape == (2, 1280) and probabilities.shape == (2, 1000)


def test_a_file_of_other_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.pth").write_bytes(b"other")
    with pytest.raises(GanworksError, match=r"other\.pth is not efficientnet-lite0-57934424\.pth"):
        extractor("efficientnet-lite0", weights=tmp_path / "other.pth")
