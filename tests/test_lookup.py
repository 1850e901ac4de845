from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from torch import nn

from ganworks.errors import UsageError
from ganworks.lookup import Copies, accepted, build, checked, find, imported, names, supplied, supply
from ganworks.recipes import configure

NETWORKS = "ganworks.networks"


def test_names_are_those_that_users_write() -> None:
    assert "least-squares" in names("ganworks.losses.objectives")
    assert set(names(NETWORKS, "Generator")) == {"dcgan", "lstm", "mlp", "resnet"}, "shared layers are no networks"


def test_a_name_may_be_spelled_with_underscores() -> None:
    assert find("penalty", "ganworks.losses.penalties", "R1", "penalty").__name__ == "penalty"
    assert imported("ganworks.losses.objectives.least_squares:generator") is not None


@pytest.mark.parametrize("name", ["dcgam", "sizes", "projection"])
def test_what_is_no_network_is_unknown(name: str) -> None:
    with pytest.raises(UsageError, match=f"unknown generator '{name}'"):
        find("generator", NETWORKS, name, "Generator")


@pytest.mark.parametrize("path", [":", ".:x", "os:", "nowhere:Net", "os:nothing", "a b:c", "broken_module:Net"])
def test_a_path_that_leads_nowhere_is_one_line(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_module.py").write_text("raise ValueError('not today')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UsageError, match="cannot import") as caught:
        imported(path)
    assert "\n" not in str(caught.value)


def test_the_working_directory_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "found_here.py").write_text("class Net: ...")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert imported("found_here:Net").__name__ == "Net"


def test_two_objects_of_one_class_have_two_names() -> None:
    first, second = nn.Linear(1, 1), nn.Linear(2, 2)
    names = [supply("torch.nn:Linear", Copies(network)) for network in (first, second, first)]
    assert names == ["torch.nn:Linear", "torch.nn:Linear#2", "torch.nn:Linear"]
    assert imported(names[1])().in_features == 2
    assert imported(names[1])() is not second, "a copy, so that two runs do not train one module"


def test_a_class_that_can_be_imported_keeps_its_name() -> None:
    supply("torch.nn:Linear", Copies(nn.Linear(1, 1)))
    assert supply("torch.nn:Linear", nn.Linear) == "torch.nn:Linear"
    supplied.clear()
    assert imported("torch.nn:Linear#3") is nn.Linear, "a numbered name falls back on its class"


class Odd(nn.Module):
    """With an argument that no configuration can hold, a hint that leads nowhere, and a name pydantic claims."""

    def __init__(
        self,
        latent: int,
        model_size: int = 3,
        act: nn.Module = nn.ReLU(),  # noqa: B008
        hint: "Nowhere" = None,  # type: ignore[name-defined]  # noqa: F821, UP037
        *layers: int,
        **rest: int,
    ) -> None:
        super().__init__()


def test_settings_of_any_class() -> None:
    assert checked("generator", "odd", Odd, ("latent",), {"model_size": 5}) == {"model_size": 5, "hint": None}
    with pytest.raises(UsageError, match=r"unknown setting of generator odd 'act'"):
        checked("generator", "odd", Odd, ("latent",), {"act": 3})
    with pytest.raises(UsageError, match="needs a setting 'latent'"):
        checked("generator", "odd", Odd, (), {})


def test_settings_are_checked_against_hints() -> None:
    dcgan = find("generator", NETWORKS, "dcgan", "Generator")
    given = ("shape", "latent")
    assert checked("generator", "dcgan", dcgan, given, {}) == {"width": 64, "up": "transposed"}
    with pytest.raises(UsageError, match=r"generator dcgan: width='x'"):
        checked("generator", "dcgan", dcgan, given, {"width": "x"})
    with pytest.raises(UsageError, match=r"did you mean 'width'"):
        checked("generator", "dcgan", dcgan, given, {"widht": 3})
    with pytest.raises(UsageError, match=r"width=0"):
        checked("generator", "dcgan", dcgan, given, {"width": 0})


class Network(nn.Module):
    """Without an __init__ of its own."""


class Greedy(nn.Module):
    """Asks for whatever there is."""

    def __init__(self, **given: int) -> None:
        super().__init__()
        self.given = given


def test_a_network_without_an_own_init_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"width": 4}
    start = nn.Module.__init__
    for own in (start, lambda self, *args, **kwargs: start(self, *args, **kwargs)):  # as torch itself wraps it
        monkeypatch.setattr(nn.Module, "__init__", own)
        assert accepted(Network, given) == {}
    assert accepted(Network, given) == {} and isinstance(build(Network, given, {}), Network)
    assert build(Greedy, given, {}).given == given


def test_a_part_spelt_in_two_ways_is_one() -> None:
    """As where the command line, which writes underscores, changes what a recipe has."""

    def stabilisers(*given: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = configure("wgan", *({"game": {"stabilisers": each}} for each in given)).game.stabilisers
        return found

    assert stabilisers() == {"weight-clipping": {"limit": 0.01}}
    assert stabilisers({"weight_clipping": {"limit": 0.2}}) == {"weight-clipping": {"limit": 0.2}}
    assert stabilisers({"weight_clipping": {}}) == {"weight-clipping": {"limit": 0.01}}
    assert stabilisers({"weight_clipping": False}) == {}
    assert stabilisers({"weight_clipping": False}, {"Packing": True}) == {"packing": {"size": 2}}
    assert stabilisers({"spectral_norm": {"on": "both"}})["spectral-norm"] == {"on": "both", "iterations": 1}


@pytest.mark.parametrize(
    ("word", "settings", "why"),
    [
        ("augmentation", {"probability": "adaptve"}, "probability='adaptve': .* valid number.* or .*'adaptive'"),
        ("instance-noise", {"std": True}, "std=true: it is no switch"),
        ("dropout", {"at_generation": "maybe"}, "at_generation='maybe': input should be a valid boolean"),
    ],
)
def test_a_setting_of_the_wrong_kind_is_told_with_all_that_is_right(
    word: str, settings: dict[str, object], why: str
) -> None:
    with pytest.raises(UsageError, match=f"stabiliser {word}: {why}"):
        configure("gan", {"game": {"stabilisers": {word: settings}}})


def test_a_value_of_too_few_numbers_is_no_missing_setting() -> None:
    with pytest.raises(UsageError, match=r"penalty r1: anneal=\[0.2\]: it needs more values"):
        configure("gan", {"game": {"penalties": {"r1": {"anneal": [0.2]}}}})
