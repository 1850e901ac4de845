"""Extractors by name and by import path: what they are given, what they are called, what is refused."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from ganworks.data.samples import Samples
from ganworks.data.spec import Spec
from ganworks.errors import GanworksError, UsageError
from ganworks.lookup import supply
from ganworks.scores.evaluation.describing import describe
from ganworks.scores.extractors import classifier_training, extractor, extractor_names, network

IMAGES = torch.randint(0, 256, (11, 3, 6, 10), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)


class Means(nn.Module):
    """Weighted channel means: features that can be computed by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("scale", torch.tensor([1.0, 10.0, 100.0]))

    def forward(self, images: Tensor) -> Tensor:
        return images.mean((2, 3), keepdim=True) * self.scale[:, None, None]


class Flat(nn.Module):
    """Without an __init__ of its own."""

    def forward(self, images: Tensor) -> Tensor:
        return images.flatten(1)


class Layered(nn.Module):
    """A network whose `features` are but its first layers, as in VGG."""

    def __init__(self) -> None:
        super().__init__()
        self.features, self.head = nn.Flatten(), nn.Linear(180, 2)

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.features(images))


class Described(nn.Module):
    """A network that describes images itself, otherwise in training than when it is used."""

    name, resize = "described", "48×48"

    def __init__(self) -> None:
        super().__init__()
        self.drop = nn.Dropout()
        self.linear = nn.Linear(180, 4)

    def features(self, images: Tensor) -> Tensor:
        return self.drop(self.linear(images.float().flatten(1)))

    def probabilities(self, images: Tensor) -> Tensor:
        return self.features(images).softmax(1)


@dataclass
class Gives:
    """What its `answer` makes of the images."""

    answer: Callable[[Tensor], object]
    name: object = "gives"

    def features(self, images: Tensor) -> object:
        return self.answer(images)


class Refuses:
    """Cannot be made."""

    def __init__(self) -> None:
        raise KeyError("no weights\nto be found")


@dataclass
class Ready:
    name: str = "ready"

    def features(self, images: Tensor) -> Tensor:
        return images.float().flatten(1)


class CallableToo(Ready):
    def __call__(self) -> None:
        raise AssertionError("it is an extractor, it makes none")


def function(resize: str | None, weights: Path | None) -> Ready:
    return Ready(f"ready {resize} {weights}")


@pytest.fixture
def labelled() -> Samples:
    values = IMAGES.numpy().copy()
    return Samples("things", Spec((3, 6, 10), ("a", "b")), values, np.arange(11, dtype=np.int64) % 2, (), "")


def test_the_extractors_of_ganworks_are_found_by_file_name() -> None:
    assert "classifier" in extractor_names() and "network" not in extractor_names()
    with pytest.raises(UsageError, match="did you mean 'classifier'"):
        extractor("clasifier")


def test_the_classifier_is_named_by_what_it_learnt(labelled: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier_training, "presented", lambda count: count)
    classifier = extractor("classifier", real=labelled)
    assert classifier.name == extractor("classifier", real=labelled).name
    assert classifier.name.startswith(f"classifier-{classifier_training.PROTOCOL}-")
    labelled.values[0] = 0
    assert extractor("classifier", real=labelled).name != classifier.name
    assert classifier.features(IMAGES).shape == (11, 128)


@pytest.mark.parametrize("real", [None, Samples("things", Spec((3, 6, 10)), IMAGES.numpy(), None, (), "")])
def test_a_classifier_without_labels_is_refused(real: Samples | None) -> None:
    with pytest.raises(GanworksError, match=r"learns from labelled images.*use efficientnet-lite0"):
        extractor("classifier", real=real)


def test_a_users_network_sees_floats_and_is_named_by_path_and_weights() -> None:
    path, other = supply("own:means", Means()), Means()
    made = extractor(path)
    expected = (IMAGES.double() / 127.5 - 1).mean((2, 3)) * torch.tensor([1.0, 10.0, 100.0])
    torch.testing.assert_close(made.features(IMAGES).double(), expected, atol=1e-4, rtol=1e-5)
    assert made.name.startswith("own:means-") and made.name == extractor(path).name
    assert made.resize == "their own size"  # type: ignore[attr-defined]
    other.scale[0] = 2
    assert extractor(supply("own:other", other)).name.split("-")[1] != made.name.split("-")[1]


def test_a_users_network_is_named_by_its_code_and_layers_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Features of a network without weights change with what it computes alone."""
    code = """
import torch

class Net(torch.nn.Module):
    def forward(self, x):
        return torch.nn.functional.avg_pool2d({what}, 2).flatten(1) * 1e-4
"""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    found = []
    for what in ("x", "x*x*x", "x"):
        (tmp_path / "own_code.py").write_text(code.format(what=what))
        sys.modules.pop("own_code", None)
        found.append(extractor("own_code:Net").name)
    assert found[0] == found[2] != found[1]
    smaller, larger = (extractor(nn.Sequential(nn.AvgPool2d(size), nn.Flatten())) for size in (2, 3))
    assert smaller.name != larger.name


def test_classes_functions_and_ready_objects_are_extractors(tmp_path: Path) -> None:
    assert extractor(supply("own:Means", Means)).features(IMAGES).shape == (11, 3)
    assert extractor(supply("own:ready", Ready())).features(IMAGES).shape == (11, 180)
    made = extractor(supply("own:function", function), resize="clean", weights=tmp_path)
    assert made.name == f"ready clean {tmp_path}"


def test_objects_and_classes_need_no_path() -> None:
    of_object, of_class = extractor(Means()), extractor(Means)
    assert of_object.name == of_class.name and of_object.name.startswith(f"{__name__}:Means-")
    assert torch.equal(of_object.features(IMAGES), of_class.features(IMAGES))
    assert extractor(Flat).features(IMAGES).shape == extractor(lambda: Flat()).features(IMAGES).shape == (11, 180)
    assert extractor(Layered()).features(IMAGES).shape == (11, 2)
    assert extractor(Ready).name == extractor(Ready()).name == "ready"
    assert extractor(CallableToo()).features(IMAGES).shape == extractor(Ready).features(IMAGES).shape == (11, 180)
    assert extractor(function, resize="tf1").name == "ready tf1 None"
    assert extractor(partial(Ready, "other")).name == "other"
    with pytest.raises(GanworksError, match=r"gives int: an nn\.Module is needed"):
        extractor(3)  # type: ignore[arg-type]


def test_a_network_that_describes_images_itself_is_used_as_a_copy_in_eval_mode() -> None:
    own = Described()
    made = extractor(own)
    first = made.features(IMAGES)
    assert own.training and not first.requires_grad and torch.equal(first, made.features(IMAGES))
    nn.init.zeros_(own.linear.weight)
    assert torch.equal(first, made.features(IMAGES))
    assert made.probabilities(IMAGES).shape == (11, 4) and made.resize == "48×48"  # type: ignore[attr-defined]
    assert not hasattr(made, "classes_of") and not hasattr(extractor(Ready), "resize")


def test_batches_are_bounded_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = extractor(supply("own:means", Means()))
    whole, sizes = made.features(IMAGES), []
    made.network.register_forward_pre_hook(lambda _, given: sizes.append(len(given[0])))
    monkeypatch.setattr(network, "_VALUES_PER_BATCH", {"cpu": 4 * 3 * 6 * 10})
    torch.testing.assert_close(made.features(IMAGES), whole)
    assert sizes == [4, 4, 3]


def test_nothing_is_computed_in_less_than_fp32_and_no_graph_is_kept() -> None:
    seen = []
    module = nn.Sequential(nn.Flatten(), nn.Linear(180, 2))
    module[1].register_forward_hook(lambda *_: seen.append((torch.is_grad_enabled(), torch.is_autocast_enabled("cpu"))))
    torch.set_float32_matmul_precision("medium")
    with torch.autocast("cpu", torch.bfloat16):
        features = extractor(supply("own:linear", module)).features(IMAGES)
    assert seen == [(False, False)] and features.dtype == torch.float32
    assert torch.get_float32_matmul_precision() == "medium"
    torch.set_float32_matmul_precision("highest")


def test_a_network_that_goes_on_being_trained_is_described_as_it_was() -> None:
    module = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(180))
    made = extractor(supply("own:norm", module))
    before = made.features(IMAGES)
    assert module.training
    module(torch.randn(5, 180))
    torch.testing.assert_close(made.features(IMAGES), before)


def test_first_weights_are_always_the_same_and_the_global_generator_is_left_alone() -> None:
    path = supply("own:Random", lambda: nn.Sequential(nn.Flatten(), nn.Linear(180, 4)))
    torch.manual_seed(3)
    before = torch.get_rng_state()
    first = extractor(path)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(4)
    assert extractor(path).name == first.name


def test_what_is_no_extractor_is_refused() -> None:
    with pytest.raises(GanworksError, match=r"extractor own:number gives int: an nn\.Module is needed"):
        extractor(supply("own:number", 3))
    with pytest.raises(GanworksError, match=r"\(11, 3, 6, 10\) for 11 images: they must be 11×D"):
        extractor(supply("own:maps", nn.Identity())).features(IMAGES)
    with pytest.raises(GanworksError, match=r"own:narrow-\w+ fails on images \(11, 3, 6, 10\): mat1 and mat2"):
        extractor(supply("own:narrow", nn.Sequential(nn.Flatten(), nn.Linear(7, 2)))).features(IMAGES)
    with pytest.raises(GanworksError, match=r"float images lie in \[0, 255\]"):
        extractor(supply("own:means", Means())).features(IMAGES.float())


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda images: images.float().flatten(1).numpy(), "features of type ndarray: a torch.Tensor N×D is needed"),
        (lambda images: images[1:].float().flatten(1), r"features \(10, 180\) for 11 images: they must be 11×D"),
        (lambda images: images.float().mean((1, 2, 3)), r"features \(11,\) for 11 images: they must be 11×D"),
        (lambda images: images.float().mean(), r"features \(\) for 11 images"),
        (lambda images: images.float().flatten(1)[:, :0], r"features \(11, 0\) for 11 images"),
        (lambda images: images.flatten(1) / 0.0, "features that are NaN or infinite: check its weights"),
        (lambda images: [][3], r"fails on images \(11, 3, 6, 10\): list index out of range$"),
        (lambda images: next(iter(())), r"fails on images \(11, 3, 6, 10\): StopIteration$"),
        (lambda images: images.nothing, r"fails on images \(11, 3, 6, 10\): 'Tensor' object has no attribute"),
    ],
)
def test_a_users_extractor_that_breaks_its_word_is_one_line(answer: Callable[[Tensor], object], message: str) -> None:
    with pytest.raises(GanworksError, match=f"^gives (gives )?{message}") as caught:
        extractor(Gives(answer)).features(IMAGES)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    network = Flat()
    network.forward = lambda images: answer((images * 127.5 + 127.5).byte())  # type: ignore[method-assign]
    with pytest.raises(GanworksError, match=message):
        extractor(network).features(IMAGES)


def test_features_become_floats_without_their_graph() -> None:
    features = extractor(Gives(lambda images: images[:, :, :1, :1])).features(IMAGES)  # type: ignore[arg-type]
    assert features.dtype == torch.float32 and torch.equal(features, IMAGES[:, :, 0, 0].float())
    doubles = extractor(Gives(lambda images: images.double().mean((2, 3)).requires_grad_())).features(IMAGES)  # type: ignore[arg-type]
    assert doubles.dtype == torch.float64 and not doubles.requires_grad


def test_what_comes_without_a_path_is_checked_when_images_are_described() -> None:
    with pytest.raises(GanworksError, match=r"gives features \(10, 3, 6, 10\) for 11 images"):
        describe(IMAGES, None, Gives(lambda images: images[1:]))  # type: ignore[arg-type]


def test_what_is_said_of_classes_is_held_to_the_same() -> None:
    own = Gives(lambda images: images.float().flatten(1))
    own.classes_of = lambda features: features[1:]  # type: ignore[attr-defined]
    with pytest.raises(GanworksError, match=r"gives class probabilities \(10, 180\) for 11 images"):
        extractor(own).classes_of(IMAGES.flatten(1))  # type: ignore[arg-type, attr-defined]
    with pytest.raises(GanworksError, match=r"gives class probabilities \(10, 180\) for 11 images"):
        describe(IMAGES, None, own)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", None, 3])
def test_an_extractor_needs_a_name(name: object) -> None:
    with pytest.raises(GanworksError, match=r"Gives has .features but no .name: give it a text that tells its weights"):
        extractor(Gives(lambda images: images, name))  # type: ignore[arg-type]


@pytest.mark.parametrize("own", [Refuses, dict, nn.LazyLinear(3)])
def test_what_cannot_be_made_is_one_line(own: Callable[..., object]) -> None:
    with pytest.raises(GanworksError, match=r"^extractor \S+ cannot be made: ") as caught:
        extractor(own)
    assert "\n" not in str(caught.value)


def test_memory_that_runs_out_is_not_the_extractors_fault() -> None:
    def full(images: Tensor) -> Tensor:
        raise torch.OutOfMemoryError

    with pytest.raises(torch.OutOfMemoryError):
        extractor(Gives(full)).features(IMAGES)  # type: ignore[arg-type]


@pytest.mark.parametrize("argument", [{"resize": "clean"}, {"weights": Path("w")}])
def test_arguments_that_mean_nothing_are_refused(argument: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="extractor classifier takes no"):
        extractor("classifier", **argument)
    with pytest.raises(UsageError, match="extractor own:means takes no"):
        extractor(supply("own:means", Means()), **argument)
