"""FID's Inception against what is published of it: names, shapes, counts, and where it differs from Inception-v3."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import torch
from torch import Tensor

from ganworks.errors import GanworksError, UsageError
from ganworks.scores.extractors import extractor, inception
from ganworks.scores.extractors.inception import prepared
from ganworks.scores.extractors.inception_network import Inception, average, maximum

# Of "name shape" of every tensor, sorted, one a line; torch-fidelity 0.3.0 has the same ones.
NAMES_AND_SHAPES = "8b96aa41c978027d2a1007b163d67dfa965e57db737c0a9df0b49e349dfd9194"


@pytest.fixture(scope="module")
def network() -> Inception:
    torch.manual_seed(0)
    return Inception().eval()


def test_names_and_shapes_are_those_of_the_published_file(network: Inception) -> None:
    state = network.state_dict()
    lines = sorted(f"{name} {'×'.join(map(str, tensor.shape))}\n" for name, tensor in state.items())
    assert len(lines) == 566
    published = {
        "Conv2d_1a_3x3.conv.weight": (32, 3, 3, 3),
        "Conv2d_4a_3x3.bn.running_var": (192,),
        "Mixed_5b.branch_pool.conv.weight": (32, 192, 1, 1),
        "Mixed_5d.branch5x5_2.conv.weight": (64, 48, 5, 5),
        "Mixed_6a.branch3x3.conv.weight": (384, 288, 3, 3),
        "Mixed_6b.branch7x7_2.conv.weight": (128, 128, 1, 7),
        "Mixed_6e.branch7x7dbl_2.conv.weight": (192, 192, 7, 1),
        "Mixed_7a.branch7x7x3_4.conv.weight": (192, 192, 3, 3),
        "Mixed_7b.branch1x1.conv.weight": (320, 1280, 1, 1),
        "Mixed_7c.branch3x3dbl_3b.conv.weight": (384, 384, 3, 1),
        "fc.weight": (1008, 2048),
        "fc.bias": (1008,),
    }
    assert {name: tuple(state[name].shape) for name in published} == published
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == NAMES_AND_SHAPES


def test_it_has_as_many_parameters_as_inception_v3_with_1008_classes(network: Inception) -> None:
    parameters = sum(parameter.numel() for parameter in network.parameters())
    # Keras' Inception-v3 without its head: 21,768,352 trained without the 17,216 scales of the batch norms.
    assert parameters - 1008 * 2049 == 21_768_352 + 17_216 == 21_785_568
    assert sum(isinstance(layer, torch.nn.Conv2d) for layer in network.modules()) == 94
    assert {layer.eps for layer in network.modules() if isinstance(layer, torch.nn.BatchNorm2d)} == {1e-3}


def test_sizes_and_pools_inside(network: Inception) -> None:
    shapes: dict[str, tuple[int, ...]] = {}
    pooled: dict[str, bool] = {}
    hooks = []

    def pools_with(name: str, pool: object) -> None:
        block, seen = network.get_submodule(name), []
        hooks.append(block.branch_pool.register_forward_pre_hook(lambda _, given: seen.append(given[0])))
        hooks.append(
            block.register_forward_hook(
                lambda _, given, __: pooled.update({name: torch.equal(seen[0], pool(given[0]))})
            )
        )

    for name, layer in network.named_children():
        hooks.append(
            layer.register_forward_hook(lambda *call, name=name: shapes.update({name: tuple(call[2].shape[1:])}))
        )
    for name in network.mixed:
        if hasattr(network.get_submodule(name), "branch_pool"):
            pools_with(name, maximum if name == "Mixed_7c" else average)
    with torch.no_grad():
        features = network(torch.randn(1, 3, 299, 299))
    for hook in hooks:
        hook.remove()
    assert features.shape == (1, 2048)
    assert [shapes[name][1] for name in list(shapes)[:5]] == [149, 147, 147, 73, 71]
    channels = [256, 288, 288, 768, 768, 768, 768, 768, 1280, 2048, 2048]
    sides = [35] * 3 + [17] * 5 + [8] * 3
    assert [shapes[name] for name in network.mixed] == [(c, s, s) for c, s in zip(channels, sides, strict=True)]
    assert len(pooled) == 9 and all(pooled.values())


def test_averages_leave_padding_out() -> None:
    torch.testing.assert_close(average(torch.ones(1, 1, 4, 4)), torch.ones(1, 1, 4, 4))
    corner = torch.zeros(1, 1, 3, 3)
    corner[..., 0, 0] = 1
    torch.testing.assert_close(average(corner)[0, 0, :2, :2], torch.tensor([[1 / 4, 1 / 6], [1 / 6, 1 / 9]]))
    assert maximum(corner)[0, 0].tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("clean", [-1, 0, 127 / 128]), ("tf1", [-1, 0, 127 / 128]), ("bilinear", [-1, 1 / 255, 1])],
)
def test_the_range_is_that_of_each_protocol(mode: str, expected: list[float]) -> None:
    images = torch.tensor([0, 128, 255], dtype=torch.uint8).view(3, 1, 1, 1)
    torch.testing.assert_close(prepared(images, mode)[:, 2, 7, 7], torch.tensor(expected), atol=1e-5, rtol=0)
    assert prepared(images, mode).shape == (3, 3, 299, 299)


def test_the_extractor_gives_pool_features_and_the_classes_of_the_inception_score(
    network: Inception, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = {name: tensor for name, tensor in network.state_dict().items() if "num_batches" not in name}
    state["fc.bias"] = torch.full((1008,), 5.0).index_fill(0, torch.tensor(3), -50.0)  # which must not be read
    monkeypatch.setattr(inception, "weights_of", lambda file, path: {**network.state_dict(), **state})
    made = extractor("inception", resize="bilinear")
    assert made.name == "inception-2015-12-05-6726825d-bilinear"
    assert made.resize == "299×299, bilinear"  # type: ignore[attr-defined]
    images = torch.randint(0, 256, (2, 1, 16, 16), dtype=torch.uint8)
    features = made.features(images)
    assert features.shape == (2, 2048)
    logits = features @ state["fc.weight"].T
    torch.testing.assert_close(made.classes_of(features), logits.softmax(1))  # type: ignore[attr-defined]


def test_weights_of_another_network_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def other(file: object, path: object) -> dict[str, Tensor]:
        return {"fc.weight": torch.zeros(1000, 2048)}

    monkeypatch.setattr(inception, "weights_of", other)
    with pytest.raises(GanworksError, match=r"w\.pth does not fit FID's Inception: "):
        extractor("inception", weights=Path("w.pth"))


def test_an_unknown_resize_is_refused_before_anything_is_fetched() -> None:
    with pytest.raises(UsageError, match="unknown resize 'clear': did you mean 'clean'"):
        extractor("inception", resize="clear")
