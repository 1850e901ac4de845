"""Every setting of a recipe as it is written on the command line, with its value and what it means."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ganworks.cli.screen import say, table
from ganworks.config import Configuration
from ganworks.lookup import Part, find, module, names
from ganworks.recipes import configure
from ganworks.tree import models_in

Row = tuple[str, str, str]


def print_settings(recipe: str, tree: dict[str, Any]) -> None:
    """Print the settings of `recipe` as changed by `tree`, then those of the parts that could be chosen instead."""
    configuration = configure(recipe, tree)
    say(f"settings of {recipe}:\n")
    table(("setting", "value", "meaning"), [row for row in rows(configuration) if row[0] != "--recipe"])
    say("\nparts to choose from, with the settings of each:\n")
    table(("setting", "its own settings", ""), alternatives(configuration))


def rows(node: BaseModel, prefix: str = "") -> Iterator[Row]:
    """A row for every setting below `node`."""
    for name, field in type(node).model_fields.items():
        key, held = f"{prefix}{name}", getattr(node, name)
        if isinstance(held, Part):
            yield option(key, held.name, meaning(field))
            yield from (option(f"{key}.{inner}", text, f"of {held.name}") for inner, text in held.settings.items())
        elif isinstance(held, BaseModel):
            yield from rows(held, f"{key}.")
        elif isinstance(held, Mapping):
            kinds = ", ".join(model.model_fields["name"].default for model in models_in(field.annotation))
            for entry, inside in held.items():
                if isinstance(inside, BaseModel):
                    yield from ((*row[:2], row[2] or kinds) for row in rows(inside, f"{key}.{entry}."))
                else:
                    yield from (option(f"{key}.{entry}.{inner}", text, f"of {entry}") for inner, text in inside.items())
        else:
            yield option(key, held, meaning(field))


def option(key: str, held: Any, text: str) -> Row:
    shown = held if isinstance(held, str) else "-" if held is None else json.dumps(held)
    return f"--{key}", shown, text


def meaning(field: FieldInfo) -> str:
    """The description of a setting, with the words it may be."""
    text = field.description or ""
    words = get_args(field.annotation) if get_origin(field.annotation) is Literal else offered(field)
    missing = [word for word in map(str, words) if word not in text]
    return f"{text} ({', '.join(map(str, words))})" if missing and len(words) > 1 else text


def alternatives(configuration: Configuration[Any]) -> Iterator[Row]:
    """For every part of the game the modules it may be, each with its settings."""
    for name, field in type(configuration.game).model_fields.items():
        room = room_of(field)
        for choice in offered(field) if "attribute" in room else ():
            function = find(room["kind"], room["package"], choice, room["attribute"])
            settings = settings_of(function, room["given"])
            form = f"--game.{name}.{choice}" if room["is_mapping"] else f"--game.{name} {choice}"
            yield form, ", ".join(settings) or "-", ""


def settings_of(function: Callable[..., Any], given: Iterable[str]) -> list[str]:
    """The arguments of a part that are settings, with their defaults."""
    return [
        name if argument.default is argument.empty else f"{name} {json.dumps(argument.default)}"
        for name, argument in inspect.signature(function).parameters.items()
        if name not in given
    ]


def offered(field: FieldInfo) -> list[str]:
    """The modules that a setting may name."""
    room = room_of(field)
    if not room:
        return []
    found = names(room["package"])
    if "attribute" not in room:
        return list(found)
    return [name for name in found if hasattr(module(room["kind"], room["package"], name), room["attribute"])]


def room_of(field: FieldInfo) -> dict[str, Any]:
    """What the validator of a setting looks in: the package, and the attribute that its modules must have."""
    for validator in field.metadata:
        function = getattr(validator, "func", None)
        # ganworks.lookup makes these validators; their closures hold what they were made for.
        if callable(function) and function.__module__ == "ganworks.lookup":
            return {**inspect.getclosurevars(function).nonlocals, "is_mapping": get_origin(field.annotation) is dict}
    return {}
