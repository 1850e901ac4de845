from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.small import RECIPES

from ganworks.errors import GanworksError, UsageError
from ganworks.recipes import configure, recipe_names
from ganworks.tree import dotted, parse, write


def test_every_recipe_is_tested() -> None:
    assert set(RECIPES) == set(recipe_names())


@pytest.mark.parametrize("recipe", RECIPES)
def test_yaml_in_yaml_out(recipe: str) -> None:
    configuration = configure(recipe)
    tree = parse(write(configuration.model_dump(mode="json")))
    assert configure(tree["recipe"], tree) == configuration


def test_own_pictures_come_without_those_that_the_recipe_translates() -> None:
    """A recipe's other domain belongs to its own data: into anybody else's nobody wanted it translated."""
    assert configure("cyclegan").data.input == "emoji-google-a"
    assert configure("cyclegan", {"data": {"source": "photos/"}}).data.input is None
    both = {"source": "photos/", "input": "drawings/"}
    assert configure("cyclegan", {"data": both}).data.input == "drawings/"
    assert configure("cyclegan", {"data": {"input": "drawings/"}}, {"data": {"source": "a/"}}).data.input == "drawings/"
    assert configure("pix2pix", {"data": {"source": "photos/"}}).data.input == "edges", "made of any picture"
    for nothing in (5, None, "source", ["source"]):
        with pytest.raises(UsageError, match=r"^data: expected"):
            configure("cyclegan", {"data": nothing})


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"trainin": 5}, "unknown setting 'trainin': did you mean 'training'?"),
        ({"training": {"stpes": 5}}, "unknown setting 'training.stpes': did you mean 'training.steps'?"),
        ({"training": {"steps": -1}}, "training.steps: expected greater than or equal to 1, not -1"),
        ({"training": {"play": "both"}}, "training.play: expected 'alternating' or 'simultaneous', not 'both'"),
        ({"training": 5}, "training: expected"),
        ({"game": {"latent": {"sise": 3}}}, "did you mean 'game.latent.size'?"),
        ({"game": {"objective": "hing"}}, "unknown objective 'hing': did you mean 'hinge'?"),
        ({"game": {"generator": "dcgam"}}, "unknown generator 'dcgam': did you mean 'dcgan'?"),
        ({"game": {"generator": 5}}, "generator: expected a name"),
        ({"game": {"generator": None}}, "generator: expected a name"),
        ({"game": {"generator": {"width": 0}}}, "width=0"),
        ({"game": {"generator": {"widht": 8}}}, "did you mean 'width'?"),
        ({"game": {"penalties": {"r3": {}}}}, "unknown penalty 'r3'"),
        ({"game": {"penalties": {"r1": 5}}}, "penalty r1: expected a mapping"),
        ({"game": {"penalties": {"r1": {"gama": 5}}}}, "did you mean 'gamma'?"),
        ({"game": {"penalties": {"r1": {"gamma": float("inf")}}}}, "gamma=inf: input should be a finite number"),
        ({"game": {"penalties": {"gradient": {"weight": float("nan")}}}}, "weight=nan: input should be"),
        ({"training": {"optimisers": {"generator": {"lr": float("inf")}}}}, "generator.lr: expected a finite number"),
        ({"training": {"clip_gradients": float("inf")}}, "training.clip_gradients: expected a finite number"),
        ({"game": {"penalties": {"r1": {1: 2}}}}, "unknown setting of penalty r1 '1'"),
        ({"game": {"penalties": {1: {}}}}, "unknown penalty '1'"),
        ({"game": {"generator": {1: 2}}}, "unknown setting of generator dcgan '1'"),
        ({"game": {"penalties": 5}}, "penalty: expected a mapping"),
        ({"game": {"penalties": ["r1"]}}, "penalty: expected a mapping"),
        ({"training": {"optimisers": {"generator": "adm"}}}, "did you mean 'adam'?"),
        ({"training": {"optimisers": {"generator": {"lr": 0}}}}, "training.optimisers.generator.lr: expected greater"),
        ({"training": {"optimisers": {"generator": {"lrr": 0}}}}, "did you mean 'training.optimisers.generator.lr'?"),
        ({"training": {"optimisers": {"generater": {"lr": 1}}}}, "training.optimisers.generater"),
        ({"training": {"schedule": {"decay_from": 3}}}, "decay_from and decay_to belong together"),
        ({"training": {"schedule": {"decay_from": 3, "decay_to": 2}}}, "decay_from must come before decay_to"),
        ({"training": {"schedule": {"shape": "exponential"}}}, "never comes to 0: set floor"),
        ({5: 5}, "expected Keys should be strings"),
    ],
)
def test_mistakes_are_named_in_one_line(tree: dict[Any, Any], message: str) -> None:
    with pytest.raises(GanworksError) as caught:
        configure("dcgan", tree)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_one_rate_is_changed_without_the_rest() -> None:
    """Also where the recipe leaves the optimisers at their defaults."""
    for recipe in ("dcgan", "wgan", "r3gan"):
        before = configure(recipe).training.optimisers
        after = configure(recipe, {"training": {"optimisers": {"generator": {"lr": 0.5}}}}).training.optimisers
        assert after["generator"] == before["generator"].model_copy(update={"lr": 0.5})
        assert after["discriminator"] == before["discriminator"]


def test_a_penalty_is_switched_off_and_on() -> None:
    assert set(configure("r3gan").game.penalties) == {"r1", "r2"}
    assert set(configure("r3gan", {"game": {"penalties": {"r1": False}}}).game.penalties) == {"r2"}
    assert configure("gan", {"game": {"penalties": {"r1": None}}}).game.penalties["r1"]["gamma"] == 1.0


KEYS = some.sampled_from(
    [
        "data", "data.source", "data.resolution", "game", "game.generator", "game.generator.width", "game.objective",
        "game.penalties", "game.penalties.r1", "game.latent.size", "training", "training.optimisers",
        "training.optimisers.generator", "training.optimisers.generator.betas", "training.schedule", "training.seed",
        "record.keep", "nonsense", "training.steps.deeper", "game.generator.name",
    ]
)  # fmt: skip
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8) | some.binary(max_size=3),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(KEYS, VALUES)
def test_any_value_is_taken_or_refused_in_one_line(key: str, value: Any) -> None:
    try:
        configuration = configure("dcgan", dotted(key, value))
    except GanworksError as error:
        assert len(str(error).splitlines()) == 1
    else:
        write(configuration.model_dump(mode="json"))
