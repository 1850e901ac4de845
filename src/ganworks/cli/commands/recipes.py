"""List the recipes, or show one in full."""

from __future__ import annotations

from argparse import Namespace

from ganworks.cli.arguments import Parser
from ganworks.cli.known_recipes import recipe_facts, recipe_names
from ganworks.cli.screen import say, table
from ganworks.errors import unknown


def add(parser: Parser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="show this recipe with all its settings")


def run(options: Namespace) -> None:
    if options.name is None:
        rows = [(name, facts.get("summary", ""), facts.get("paper", "")) for name, facts in every()]
        table(("recipe", "what it is", "paper"), rows)
        return
    if options.name not in recipe_names() and ":" not in options.name:
        raise unknown("recipe", options.name, recipe_names())
    from ganworks.recipes import configure, find_recipe
    from ganworks.tree import write

    recipe = find_recipe(options.name)
    say(f"# {recipe.summary}\n# {recipe.paper}")
    say(write(configure(options.name).model_dump(mode="json")).rstrip())


def every() -> list[tuple[str, dict[str, str]]]:
    return [(name, recipe_facts(name)) for name in recipe_names()]
