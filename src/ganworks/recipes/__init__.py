"""Named configurations, one file each, found by looking: `recipe = Recipe(...)` in a module of this package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ganworks.config import Configuration, TrainingSettings
from ganworks.data.spec import Spec
from ganworks.errors import UsageError
from ganworks.games.game import Game
from ganworks.lookup import imported, module, names
from ganworks.tree import Tree, merge, validated

DEFAULT = "r3gan"


@dataclass(frozen=True)
class Recipe:
    """A family with settings that train stably.

    Args:
        summary: one line for the list of recipes.
        paper: authors, year and arXiv number.
        family: the game.
        settings: what differs from the defaults of the configuration tree.
    """

    summary: str
    paper: str
    family: type[Game]
    settings: Mapping[str, Any] = field(default_factory=dict)


def recipe_names() -> tuple[str, ...]:
    return names(__name__)


def find_recipe(name: str) -> Recipe:
    """The recipe called `name`, or the one an import path leads to; raises UsageError naming the nearest."""
    found = imported(name) if ":" in name else module("recipe", __name__, name).recipe
    if not isinstance(found, Recipe):
        raise UsageError(f"{name!r} leads to a {type(found).__name__}, not to a Recipe")
    return found


def configure(name: str, *overrides: Tree) -> Configuration[Any]:
    """The complete configuration of a recipe, with `overrides` laid on top in order."""
    tree = dict(find_recipe(name).settings)
    if "optimisers" not in tree.get("training", {}):
        # Spelled out, so that an override of one rate leaves the rest as it is.
        defaults = TrainingSettings().model_dump(mode="json", include={"optimisers"})
        tree = merge(tree, {"training": defaults})
    has_other_domain = not tree.get("data", {}).get("paired", True)
    if has_other_domain and any(map(names_a_source, overrides)):
        tree = merge(tree, {"data": {"input": None}})  # which is that of its own pictures, not of anybody's
    for override in overrides:
        tree = merge(tree, override)
    return validated(configuration_type(name), {"game": {}, **tree, "recipe": name})


def names_a_source(override: Tree) -> bool:
    data = override.get("data")  # which users may have written as anything
    return isinstance(data, Mapping) and "source" in data


def configuration_type(name: str) -> type[Configuration[Any]]:
    """The type of a recipe's configuration, in which `game` has the settings of the recipe's family."""
    family: Any = find_recipe(name).family
    return Configuration[family.settings_type]


def build_game(configuration: Configuration[Any], spec: Spec) -> Game:
    """The game of a configuration, with fresh weights from the current random state."""
    family: Any = find_recipe(configuration.recipe).family
    game: Game = family(spec, configuration.game)
    return game
