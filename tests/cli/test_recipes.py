"""`ganworks recipes`: what the files say, without importing them, is what the recipes are."""

from __future__ import annotations

import pytest
import yaml
from tests.cli.conftest import Call

from ganworks.cli.known_recipes import default_recipe, recipe_facts, recipe_names
from ganworks.recipes import DEFAULT, configure, find_recipe
from ganworks.recipes import recipe_names as importable_names


def test_names_and_default_are_those_of_the_package() -> None:
    assert recipe_names() == list(importable_names())
    assert default_recipe() == DEFAULT


@pytest.mark.parametrize("name", recipe_names())
def test_facts_are_those_of_the_recipe(name: str) -> None:
    recipe = find_recipe(name)
    assert recipe_facts(name) == {"summary": recipe.summary, "paper": recipe.paper}


def test_all_are_listed_with_their_papers(call: Call) -> None:
    called = call("recipes")
    assert called.code == 0
    for name in recipe_names():
        facts = recipe_facts(name)
        assert any(
            line.startswith(f"{name} ") and facts["summary"] in line and line.endswith(facts["paper"])
            for line in called.out.splitlines()
        )


def test_one_is_shown_in_full(call: Call) -> None:
    called = call("recipes", "wgan-gp")
    assert called.out.startswith(f"# {recipe_facts('wgan-gp')['summary']}\n# Gulrajani et al. 2017")
    assert yaml.safe_load(called.out) == configure("wgan-gp").model_dump(mode="json")
